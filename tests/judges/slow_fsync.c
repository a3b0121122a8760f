/* fsync and fdatasync, slow or failing, by a file: preloaded into the service that tests/judges/crash attacks.
 *
 * KYSO_FSYNC_CONTROL names a file that holds milliseconds: each call sleeps so long before it does its work. Where
 * FILE.fail-database lies beside it, the next call on a database's file removes it and fails with EIO, having synced
 * nothing; FILE.fail-object the same for every other file. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int is_database(int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, ".sqlite3") != NULL;
}

static void sleep_as_told(const char *control) {
  char text[32];
  int file = open(control, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return;
  text[length] = 0;
  long milliseconds = strtol(text, NULL, 10);
  struct timespec rest = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {
  }
}

/* Whether this call is the one that fails: who removes the file has it. */
static int fails(const char *control, int descriptor) {
  char path[4096];
  snprintf(path, sizeof path, "%s.fail-%s", control, is_database(descriptor) ? "database" : "object");
  return unlink(path) == 0;
}

static int synced(long call, int descriptor) {
  const char *control = getenv("KYSO_FSYNC_CONTROL");
  if (control != NULL) {
    sleep_as_told(control);
    if (fails(control, descriptor)) {
      errno = EIO;
      return -1;
    }
  }
  return (int)syscall(call, descriptor);
}

int fsync(int descriptor) { return synced(SYS_fsync, descriptor); }
int fdatasync(int descriptor) { return synced(SYS_fdatasync, descriptor); }
