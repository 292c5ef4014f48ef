// What Swift's Glibc module lacks or can't express: GNU-only system calls, netlink's own structs, and starting a process.
// Names carry the prefix weft_ so that they never meet libc's. Every function returns libc's result and leaves errno.
#ifndef WEFT_C_LINUX_SHIMS_H
#define WEFT_C_LINUX_SHIMS_H

// The socket headers of libc first: the kernel's own (linux/in.h) clash with them otherwise.
#include <sys/socket.h>
#include <netinet/in.h>
#include <net/if.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

// Namespaces (sched.h, sys/mount.h).
static const int WEFT_CLONE_NEWNET = 0x40000000;
static const int WEFT_CLONE_NEWNS = 0x00020000;
// malloc.h is in no module of Swift's Glibc.
int weft_malloc_trim(size_t pad);

int weft_unshare(int flags);
int weft_setns(int fd, int nstype);
int weft_mount(const char *source, const char *target, const char *_Nullable type, unsigned long flags);
int weft_umount_detach(const char *target);
static const unsigned long WEFT_MS_BIND = 4096;
static const unsigned long WEFT_MS_REC = 16384;
static const unsigned long WEFT_MS_PRIVATE = 1UL << 18;
static const unsigned long WEFT_MS_SHARED = 1UL << 20;

// Close-on-exec, not blocking (sys/eventfd.h).
int weft_eventfd(void);

// Threads.
pid_t weft_gettid(void);
int weft_set_thread_name(const char *name);

// Processes (pidfd_open(2), waitid(2)).
int weft_pidfd_open(pid_t pid);
int weft_pidfd_send_signal(int pidfd, int signal);
// Reaps the child of pidfd without blocking. Returns 1 with *status filled (exit code, or 256 + signal), 0 while it
// still runs, -1 on error.
int weft_pidfd_reap(int pidfd, int *status);

// Files.
int weft_flock(int fd, int operation);
static const int WEFT_LOCK_SH = 1;
static const int WEFT_LOCK_EX = 2;
static const int WEFT_LOCK_NB = 4;
static const int WEFT_LOCK_UN = 8;
int weft_memfd_create(const char *name);
int weft_pipe_cloexec(int ends[_Nonnull 2]);
int weft_rename_noreplace(const char *from, const char *to);
int weft_open(const char *path, int flags, mode_t mode);
int weft_openat(int directory, const char *path, int flags, mode_t mode);
int weft_fcntl(int fd, int command, int argument);

// errno(3): libc's name ("ENOENT") and text ("No such file or directory") of a number, or NULL when it knows none.
const char *_Nullable weft_errno_name(int number);
const char *_Nullable weft_errno_text(int number);

// A process to start. Everything is prepared by the parent: the child only makes async-signal-safe calls.
struct weft_spawn_request {
    const char *path;
    char *_Nullable const *_Nonnull arguments;    // NULL-terminated, arguments[0] included
    char *_Nullable const *_Nonnull environment;  // NULL-terminated
    const char *_Nullable working_directory;
    int standard_fds[3];      // become 0, 1, 2; closed in the child otherwise
    int network_namespace;    // entered with setns, or -1
    int new_process_group;    // 1: setpgid(0, 0)
    int parent_death_signal;  // PR_SET_PDEATHSIG, or 0. It is bound to the *thread* that calls weft_spawn.
};

// What the child was doing when it failed.
enum weft_spawn_step {
    WEFT_SPAWN_FORK = 1,
    WEFT_SPAWN_ENTER_NAMESPACE,
    WEFT_SPAWN_CHANGE_DIRECTORY,
    WEFT_SPAWN_PREPARE,
    WEFT_SPAWN_EXECUTE,
};

// Starts the process in a vfork child (safe in a multithreaded process). Returns its pid, or -1 with errno set and
// *failed_step telling what failed; no child is left then.
pid_t weft_spawn(const struct weft_spawn_request *request, int *failed_step);

#pragma clang assume_nonnull end

#endif
