/* SPDX-License-Identifier: Apache-2.0
 *
 * The sandbox, from inside: each test enters it in a child process and tries what it forbids.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/sandbox.h"
#include "os/syscall_filter.h"
#include "test.h"

enum { NOT_HERE = 77, VERSION_NET = 4 };

struct place {
        char folder[64], file[128], outside[128];
};

static void file_put(const char *path, mode_t mode)
{
        int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode);

        assert_true(descriptor >= 0 && write(descriptor, "x", 1) == 1);
        (void)close(descriptor);
}

static struct place place_new(void)
{
        struct place place = {.folder = "/tmp/grantd-test-XXXXXX"};

        assert_non_null(mkdtemp(place.folder));
        (void)snprintf(place.file, sizeof(place.file), "%s/file", place.folder);
        (void)snprintf(place.outside, sizeof(place.outside), "%s.outside", place.folder);
        file_put(place.file, 0600);
        file_put(place.outside, 0600);
        return place;
}

static void place_remove(struct place *place)
{
        (void)unlink(place->file);
        (void)unlink(place->outside);
        (void)rmdir(place->folder);
}

/* The body of a test inside; returns true on success. */
typedef bool inside(const struct place *place, const struct sandbox_state *state);

static int child_main(const struct place *place, inside *body)
{
        struct sandbox_plan plan = {
                .paths = {{place->folder, PATH_CHANGE}}, .n_paths = 1, .n_ports = 0};
        struct sandbox_state state;

        sandbox_enter(&plan, &state);
        if (state.no_landlock || state.no_seccomp) {
                (void)dprintf(STDOUT_FILENO, "# no sandbox here: %s\n",
                              state.no_landlock ? state.no_landlock : state.no_seccomp);
                return NOT_HERE;
        }
        return body(place, &state) ? 0 : 1;
}

/* The status of waitpid(). */
static int in_sandbox(inside *body)
{
        struct place place CLEANUP(place_remove) = place_new();
        int status = -1;
        pid_t child = fork();

        if (child == 0)
                _exit(child_main(&place, body));
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_HERE)
                skip();
        return status;
}

static bool is_refused(int result)
{
        return result < 0 && errno == EACCES;
}

/* --- files --- */

static bool files_outside(const struct place *place, const struct sandbox_state *state)
{
        return is_refused(open("/etc/shadow", O_RDONLY | O_CLOEXEC)) &&
               is_refused(open("/etc/passwd", O_RDONLY | O_CLOEXEC)) &&
               is_refused(open("/proc/self/environ", O_RDONLY | O_CLOEXEC)) &&
               is_refused(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) &&
               is_refused(open(place->outside, O_RDONLY | O_CLOEXEC)) &&
               is_refused(open("/tmp/grantd-test-new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) &&
               is_refused(open("/etc/hosts", O_WRONLY | O_CLOEXEC)) &&
               is_refused(unlink(place->outside)) && state->landlock > 0;
}

TEST(files_outside_cannot_be_opened_made_or_removed)
{
        CHECK_INT(in_sandbox(files_outside), 0);
}

static bool files_inside(const struct place *place, const struct sandbox_state *state)
{
        char other[160];
        int descriptor = open(place->file, O_RDWR | O_CLOEXEC);

        (void)state;
        (void)snprintf(other, sizeof(other), "%s/other", place->folder);
        return descriptor >= 0 && ftruncate(descriptor, 0) == 0 &&
               open(other, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) >= 0 &&
               rename(other, place->file) == 0 && unlink(place->file) == 0 &&
               open(place->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0 &&
               open("/etc/hosts", O_RDONLY | O_CLOEXEC) >= 0 &&
               open("/dev/null", O_RDWR | O_CLOEXEC) >= 0;
}

TEST(files_of_the_plan_and_those_for_names_can)
{
        CHECK_INT(in_sandbox(files_inside), 0);
}

static bool names(const struct place *place, const struct sandbox_state *state)
{
        struct addrinfo *found = NULL;
        char name[64];
        int error;

        (void)place, (void)state;
        if (getaddrinfo("localhost", "80", NULL, &found) != 0)
                return false;
        freeaddrinfo(found);
        error = getaddrinfo("no-such-name.invalid", "80", NULL, &found);
        return (error == EAI_NONAME || error == EAI_AGAIN) &&
               !syscall_filter_next_refused(name, sizeof(name));
}

/* By hosts and by asking a server, which there may not be. */
TEST(names_are_looked_up)
{
        CHECK_INT(setenv("RES_OPTIONS", "timeout:1 attempts:1", 1), 0);
        CHECK_INT(in_sandbox(names), 0);
        CHECK_INT(unsetenv("RES_OPTIONS"), 0);
}

/* --- programs and other processes --- */

static bool program_started(const struct place *place, const struct sandbox_state *state)
{
        (void)place, (void)state;
        (void)execl("/bin/true", "true", NULL);
        return true;
}

static bool process_looked_into(const struct place *place, const struct sandbox_state *state)
{
        (void)place, (void)state;
        (void)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
        return true;
}

static void check_ended_by_filter(inside *body)
{
        int status = in_sandbox(body);

        CHECK(WIFSIGNALED(status));
        CHECK_INT(WTERMSIG(status), SIGSYS);
}

TEST(a_process_that_starts_a_program_ends)
{
        check_ended_by_filter(program_started);
}

TEST(a_process_that_looks_into_another_ends)
{
        check_ended_by_filter(process_looked_into);
}

static bool process_made(const struct place *place, const struct sandbox_state *state)
{
        (void)place, (void)state;
        return fork() < 0 && errno == ENOSYS;
}

static bool process_signalled(const struct place *place, const struct sandbox_state *state)
{
        (void)place, (void)state;
        return kill(getppid(), 0) < 0;
}

/* Since glibc 2.41 all signals are blocked within fork(), so that its refusal ends the process. */
TEST(no_process_can_be_made_nor_sent_a_signal)
{
        int status = in_sandbox(process_made);

        CHECK(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS));
        CHECK_INT(in_sandbox(process_signalled), 0);
}

static bool aborted(const struct place *place, const struct sandbox_state *state)
{
        (void)place, (void)state;
        if (syscall(SYS_tgkill, getppid(), getppid(), 0) >= 0)
                return true;
        abort();
}

TEST(a_signal_can_be_sent_to_itself_alone)
{
        int status = in_sandbox(aborted);

        CHECK(WIFSIGNALED(status));
        CHECK_INT(WTERMSIG(status), SIGABRT);
}

/* --- other refusals --- */

static bool sockets(const struct place *place, const struct sandbox_state *state)
{
        (void)place, (void)state;
        return socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == ENOSYS &&
               socket(AF_VSOCK, SOCK_STREAM, 0) < 0 && socket(AF_INET, SOCK_STREAM, 0) >= 0 &&
               socket(AF_INET6, SOCK_DGRAM, 0) >= 0 && socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

TEST(sockets_are_of_the_internet_or_of_this_machine)
{
        CHECK_INT(in_sandbox(sockets), 0);
}

static bool other_port(const struct place *place, const struct sandbox_state *state)
{
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        (void)place;
        return state->landlock < VERSION_NET ||
               is_refused(bind(listener, (const struct sockaddr *)&address, sizeof(address)));
}

TEST(no_port_can_be_bound_that_was_not_named)
{
        CHECK_INT(in_sandbox(other_port), 0);
}

static bool memory_to_run(const struct place *place, const struct sandbox_state *state)
{
        void *plain = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        (void)place, (void)state;
        return plain != MAP_FAILED && mprotect(plain, 4096, PROT_READ | PROT_EXEC) < 0 &&
               mprotect(plain, 4096, PROT_READ) == 0 &&
               mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0) == MAP_FAILED &&
               mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                       MAP_FAILED;
}

TEST(memory_that_was_written_cannot_be_run)
{
        CHECK_INT(in_sandbox(memory_to_run), 0);
}

static bool refused_by_name(const struct place *place, const struct sandbox_state *state)
{
        char name[64] = "";

        (void)place, (void)state;
        return !syscall_filter_next_refused(name, sizeof(name)) &&
               syscall(SYS_sethostname, "x", 1) < 0 && errno == ENOSYS &&
               syscall_filter_next_refused(name, sizeof(name)) &&
               strcmp(name, "sethostname") == 0 && syscall(SYS_sethostname, "x", 1) < 0 &&
               !syscall_filter_next_refused(name, sizeof(name));
}

TEST(a_refused_system_call_is_told_once_and_by_name)
{
        CHECK_INT(in_sandbox(refused_by_name), 0);
}

/* --- threads --- */

static void *thread_main(void *context)
{
        *(bool *)context = is_refused(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
        return NULL;
}

static bool thread_inside(const struct place *place, const struct sandbox_state *state)
{
        bool refused = false;
        pthread_t thread;

        (void)place, (void)state;
        return pthread_create(&thread, NULL, thread_main, &refused) == 0 &&
               pthread_join(thread, NULL) == 0 && refused;
}

TEST(threads_that_start_later_are_inside)
{
        CHECK_INT(in_sandbox(thread_inside), 0);
}

static void *thread_wait(void *context)
{
        (void)context;
        (void)pause();
        return NULL;
}

/* An existing thread would stay outside. */
TEST(beside_another_thread_it_is_not_entered)
{
        struct sandbox_plan plan = {.n_paths = 0};
        struct sandbox_state got;
        pthread_t thread;
        int status = -1;
        pid_t child = fork();

        if (child == 0) {
                if (pthread_create(&thread, NULL, thread_wait, NULL) != 0)
                        _exit(2);
                sandbox_enter(&plan, &got);
                _exit(!got.no_landlock || !got.no_seccomp);
        }
        CHECK(child > 0 && waitpid(child, &status, 0) == child);
        CHECK_INT(status, 0);
}
