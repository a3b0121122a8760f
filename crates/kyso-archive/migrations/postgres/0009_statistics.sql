-- PostgreSQL gathers statistics by itself; SQLite is given them.
ANALYZE event, version;
