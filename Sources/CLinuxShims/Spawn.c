// Starting a process from a multithreaded one. The child is made by vfork: it borrows the parent's memory until execve,
// so it costs no page-table copy, and what failed in it can be told through a plain variable.
#define _GNU_SOURCE
#include "CLinuxShims.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLOSE_RANGE_CLOEXEC_FLAG 4U

struct failure {
    int step;
    int number;
};

static void reset_signals(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int signal = 1; signal < NSIG; signal++) {
        if (signal != SIGKILL && signal != SIGSTOP) sigaction(signal, &standard, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Puts the three given files at 0, 1, 2. They are first copied above 2, so that no file overwrites one still needed.
static int place_standard_fds(const int fds[3]) {
    int copies[3];
    for (int i = 0; i < 3; i++) {
        copies[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
        if (copies[i] < 0) return -1;
    }
    for (int i = 0; i < 3; i++) {
        if (dup2(copies[i], i) < 0) return -1;
    }
    return 0;
}

// Runs in the child, with only async-signal-safe calls. Returns the step that failed; errno tells why.
// Never inlined: what it keeps on the stack must not share a frame with the parent, which goes on in the same memory.
__attribute__((noinline)) static int become(const struct weft_spawn_request *request, pid_t parent) {
    if (request->network_namespace >= 0 && setns(request->network_namespace, CLONE_NEWNET) != 0) {
        return WEFT_SPAWN_ENTER_NAMESPACE;
    }
    if (request->working_directory && chdir(request->working_directory) != 0) return WEFT_SPAWN_CHANGE_DIRECTORY;
    if (request->new_process_group && setpgid(0, 0) != 0) return WEFT_SPAWN_PREPARE;
    if (request->parent_death_signal) {
        if (prctl(PR_SET_PDEATHSIG, request->parent_death_signal, 0, 0, 0) != 0) return WEFT_SPAWN_PREPARE;
        if (getppid() != parent) _exit(127);  // the parent died before the line above
    }
    if (place_standard_fds(request->standard_fds) != 0) return WEFT_SPAWN_PREPARE;
    // A file opened without O_CLOEXEC by some library must not leak. Kernels before 5.11 lack this: then it is as it was.
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC_FLAG);
    reset_signals();
    execve(request->path, request->arguments, request->environment);
    return WEFT_SPAWN_EXECUTE;
}

pid_t weft_spawn(const struct weft_spawn_request *request, int *failed_step) {
    sigset_t all, before;
    sigfillset(&all);
    // No handler of the parent may run in the child while both share memory.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    volatile struct failure failure = {0, 0};
    pid_t parent = getpid();
    pid_t child = vfork();
    if (child == 0) {
        failure.step = become(request, parent);
        failure.number = errno;
        _exit(127);
    }
    int number = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    *failed_step = child < 0 ? WEFT_SPAWN_FORK : failure.step;
    if (child > 0 && failure.step != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
        number = failure.number;
        child = -1;
    }
    if (child < 0) errno = number;
    return child;
}
