// Thin forwarders to the GNU-only calls. One line each; the meaning is the man page's.
#define _GNU_SOURCE
#include "CLinuxShims.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int weft_malloc_trim(size_t pad) { return malloc_trim(pad); }

int weft_unshare(int flags) { return unshare(flags); }
int weft_setns(int fd, int nstype) { return setns(fd, nstype); }
int weft_mount(const char *source, const char *target, const char *type, unsigned long flags) {
    return mount(source, target, type, flags, NULL);
}
int weft_umount_detach(const char *target) { return umount2(target, MNT_DETACH); }

int weft_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

pid_t weft_gettid(void) { return (pid_t)syscall(SYS_gettid); }
int weft_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

int weft_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
int weft_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int weft_pidfd_reap(int pidfd, int *status) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) != 0) return -1;
    if (info.si_pid == 0) return 0;
    *status = info.si_code == CLD_EXITED ? info.si_status : 256 + info.si_status;
    return 1;
}

int weft_flock(int fd, int operation) { return flock(fd, operation); }
int weft_memfd_create(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
int weft_pipe_cloexec(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
int weft_rename_noreplace(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}
int weft_open(const char *path, int flags, mode_t mode) { return open(path, flags | O_CLOEXEC, mode); }
int weft_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags | O_CLOEXEC, mode);
}
int weft_fcntl(int fd, int command, int argument) { return fcntl(fd, command, argument); }

const char *weft_errno_name(int number) { return strerrorname_np(number); }
const char *weft_errno_text(int number) { return strerrordesc_np(number); }
