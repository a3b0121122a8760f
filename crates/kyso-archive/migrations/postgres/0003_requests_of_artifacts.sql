-- Which requests an artifact answers: its manifest names them.
CREATE INDEX request_artifact ON request (agency, artifact) WHERE artifact IS NOT NULL;
