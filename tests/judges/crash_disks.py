"""Disks of one's own, which can be filled and cut off: ext4 in a file, mounted by a loop device."""
import contextlib
import fcntl
import os
import struct
import subprocess
import time

from crash_service import new_folder

# _IOR('X', 125, __u32), and the flag by which not even the journal is written: what a power cut leaves.
EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2


class CannotRun(Exception):
    """This machine can't do what the mode needs."""


def done(*command):
    """Runs a command of the system's, which may lie where only root looks."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, env={**os.environ, "PATH": path})


class Disk:
    """An ext4 file system of its own."""

    def __init__(self, folder, megabytes):
        self.image, self.mount_point = folder / "disk.img", new_folder(folder, "disk")
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        # No reserve for root: a full disk is full for everybody.
        try:
            result = done("mkfs.ext4", "-q", "-F", "-m", "0", self.image)
        except FileNotFoundError as error:
            raise CannotRun(str(error)) from error
        if result.returncode:
            raise CannotRun(f"mkfs.ext4: {result.stderr.strip()}")
        self.mount()

    def mount(self):
        result = done("mount", "-o", "loop", self.image, self.mount_point)
        if result.returncode:
            raise CannotRun(f"no loop device can be mounted: {result.stderr.strip()}")

    def unmount(self):
        """Waits for those who have it open to be gone."""
        for _ in range(100):
            if done("umount", self.mount_point).returncode == 0:
                return
            time.sleep(0.1)
        raise SystemExit(f"{self.mount_point} stays busy")

    def cut_off(self):
        """Nothing that isn't on the disk by now gets there, not even the journal."""
        descriptor = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def fill(self, leave):
        """Takes all room but so many bytes; adds to what was taken before."""
        state = os.statvfs(self.mount_point)
        room = state.f_bavail * state.f_frsize - leave
        with contextlib.suppress(OSError), open(self.mount_point / "ballast", "ab", buffering=0) as ballast:
            while room > 0:
                room -= ballast.write(b"\0" * min(room, 1 << 16))
            os.fsync(ballast.fileno())

    def give(self, kilobytes):
        """Gives a little back: room for an object, perhaps, and none for its row."""
        ballast = self.mount_point / "ballast"
        os.truncate(ballast, max(0, ballast.stat().st_size - (kilobytes << 10)))

    def free(self):
        """Gives all of it back."""
        (self.mount_point / "ballast").unlink()

    def close(self):
        if os.path.ismount(self.mount_point):
            self.unmount()
