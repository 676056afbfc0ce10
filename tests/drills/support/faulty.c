// Stands between a program and its files (LD_PRELOAD), and does what a drill says in the environment:
//   DRILL_UNDER  the folder whose files are meant; nothing else is touched
//   DRILL_LOG    write every change to a file down there, in its order, so that power can be cut at any of them afterwards
//   DRILL_KILL   kill -9 just before this many changes were made
//   DRILL_ROOM   how many bytes the disk still has
//   DRILL_FAIL   of how many reads, writes, flushes and cuts in 10,000 each fails with EIO
//   DRILL_LOCKED the disk is read-only
//   DRILL_CLOCK  seconds that are added to the time of day
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *under;
static size_t under_length;
static int log_to = -1, fails, locked, has_room, kills;
static long kill_at, changes, room;
static long long clock_shift;
static unsigned dice;

#define REAL(name) ((__typeof__(name) *)real_##name)
#define KEEP(name) static void *real_##name
KEEP(open); KEEP(open64); KEEP(openat); KEEP(openat64); KEEP(write); KEEP(pwrite); KEEP(pwrite64); KEEP(read); KEEP(pread);
KEEP(pread64); KEEP(fsync); KEEP(fdatasync); KEEP(ftruncate); KEEP(ftruncate64); KEEP(unlink); KEEP(rename); KEEP(link);
KEEP(clock_gettime); KEEP(gettimeofday); KEEP(time);

static long number(const char *name, int *given) {
    const char *text = getenv(name);
    if (given) *given = text && *text;
    return text && *text ? atol(text) : 0;
}

static void find(void) {
    if (real_open) return;
#define FIND(name) real_##name = dlsym(RTLD_NEXT, #name)
    FIND(open64); FIND(openat); FIND(openat64); FIND(write); FIND(pwrite); FIND(pwrite64); FIND(read); FIND(pread);
    FIND(pread64); FIND(fsync); FIND(fdatasync); FIND(ftruncate); FIND(ftruncate64); FIND(unlink); FIND(rename); FIND(link);
    FIND(clock_gettime); FIND(gettimeofday); FIND(time); FIND(open);
}

__attribute__((constructor)) static void begin(void) {
    find();
    kill_at = number("DRILL_KILL", &kills);
    room = number("DRILL_ROOM", &has_room);
    fails = number("DRILL_FAIL", NULL);
    locked = number("DRILL_LOCKED", NULL);
    clock_shift = number("DRILL_CLOCK", NULL);
    dice = number("DRILL_SEED", NULL) + 1;
    const char *to = getenv("DRILL_LOG");
    if (to && *to) log_to = REAL(open)(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    under = getenv("DRILL_UNDER");
    under_length = under ? strlen(under) : 0;
}

static int meant(const char *path) {
    size_t length = strlen(path);
    return under_length && !strncmp(path, under, under_length) && !(length > 4 && !strcmp(path + length - 4, "-shm"));
}

static int of(int file, char *path) {
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = under_length ? readlink(name, path, 4095) : -1;
    path[length < 0 ? 0 : length] = 0;
    return meant(path);
}

// What was done: a letter, the path, a place in the file, and bytes; see powercut.py
static void tell(char what, const char *path, uint64_t place, const void *bytes, uint32_t count) {
    if (log_to < 0) return;
    uint16_t length = strlen(path);
    struct iovec parts[] = {{&what, 1}, {&length, 2}, {(void *)path, length}, {&place, 8}, {&count, 4}, {(void *)bytes, count}};
    if (writev(log_to, parts, 6) < 0) abort();
}

static void changing(void) {
    if (kills && ++changes > kill_at) kill(getpid(), SIGKILL);
}

static int failing(void) {
    if (!fails || rand_r(&dice) % 10000 >= fails) return 0;
    errno = EIO;
    return 1;
}

static long size_of(int file) {
    struct stat found;
    return fstat(file, &found) ? 0 : found.st_size;
}

static ssize_t put(int file, const void *bytes, size_t count, off64_t place, int at) {
    char path[4096];
    if (!of(file, path)) return at ? REAL(pwrite64)(file, bytes, count, place) : REAL(write)(file, bytes, count);
    pthread_mutex_lock(&turn);
    changing();
    ssize_t done = -1;
    long size = size_of(file);
    if (!at) place = fcntl(file, F_GETFL) & O_APPEND ? size : lseek(file, 0, SEEK_CUR);
    long more = place + (long)count - size;
    if (failing()) goto out;
    if (has_room && more > room) {
        if ((long)count <= more - room) { errno = ENOSPC; goto out; }
        count -= more - room;
    }
    done = at ? REAL(pwrite64)(file, bytes, count, place) : REAL(write)(file, bytes, count);
    if (done > 0) {
        if (has_room && place + done > size) room -= place + done - size;
        tell('W', path, place, bytes, done);
    }
out:
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t write(int file, const void *bytes, size_t count) { find(); return put(file, bytes, count, 0, 0); }
ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) { return put(file, bytes, count, place, 1); }
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) { return put(file, bytes, count, place, 1); }

static int broken(int file) {
    char path[4096];
    return fails && of(file, path) && failing();
}
ssize_t read(int file, void *bytes, size_t count) { find(); return broken(file) ? -1 : REAL(read)(file, bytes, count); }
ssize_t pread(int file, void *bytes, size_t count, off_t place) { return broken(file) ? -1 : REAL(pread)(file, bytes, count, place); }
ssize_t pread64(int file, void *bytes, size_t count, off64_t place) { return broken(file) ? -1 : REAL(pread64)(file, bytes, count, place); }

static int flush(int file, int (*real)(int)) {
    char path[4096];
    if (!of(file, path)) return real(file);
    pthread_mutex_lock(&turn);
    changing();
    int done = failing() ? -1 : real(file);
    if (!done) tell('S', path, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}
int fsync(int file) { return flush(file, REAL(fsync)); }
int fdatasync(int file) { return flush(file, REAL(fdatasync)); }

static int cut(int file, off64_t length) {
    char path[4096];
    if (!of(file, path)) return REAL(ftruncate64)(file, length);
    pthread_mutex_lock(&turn);
    changing();
    int done = -1;
    long size = size_of(file);
    if (has_room && length - size > room) errno = ENOSPC;
    else if (!failing()) done = REAL(ftruncate64)(file, length);
    if (!done) { tell('T', path, length, "", 0); room += size - length; }
    pthread_mutex_unlock(&turn);
    return done;
}
int ftruncate(int file, off_t length) { return cut(file, length); }
int ftruncate64(int file, off64_t length) { return cut(file, length); }



#define NAMING(letter, path, other, call) \
    if (!meant(path)) return call; \
    if (locked) { errno = EROFS; return -1; } \
    pthread_mutex_lock(&turn); \
    changing(); \
    struct stat was; \
    if (lstat(path, &was)) was.st_size = 0; \
    int done = call; \
    if (!done) { if (letter == 'U') room += was.st_size; tell(letter, path, 0, other, strlen(other)); } \
    pthread_mutex_unlock(&turn); \
    return done;
int unlink(const char *path) { NAMING('U', path, "", REAL(unlink)(path)) }
int rename(const char *path, const char *other) { NAMING('R', path, other, REAL(rename)(path, other)) }
int link(const char *path, const char *other) { NAMING('L', path, other, REAL(link)(path, other)) }

static int opened(int (*real)(int, const char *, int, mode_t), int folder, const char *path, int flags, mode_t mode) {
    find();
    if (path[0] != '/' || !meant(path) || !(flags & (O_WRONLY | O_RDWR | O_CREAT))) return real(folder, path, flags, mode);
    if (locked) {
        if (flags & O_CREAT && access(path, F_OK)) { errno = EROFS; return -1; }
        if (flags & (O_WRONLY | O_RDWR)) { errno = EROFS; return -1; }
    }
    pthread_mutex_lock(&turn);
    int was_there = !access(path, F_OK);
    int file = real(folder, path, flags, mode);
    struct stat found;
    if (file >= 0 && !fstat(file, &found) && S_ISREG(found.st_mode)) {
        if (!was_there) { changing(); tell('C', path, 0, "", 0); }
        else if (flags & O_TRUNC) tell('T', path, 0, "", 0);
    }
    pthread_mutex_unlock(&turn);
    return file;
}
#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
static int by_openat(int folder, const char *path, int flags, mode_t mode) { return REAL(openat)(folder, path, flags, mode); }
int open(const char *path, int flags, ...) { MODE return opened(by_openat, AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(by_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE return opened(by_openat, folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE return opened(by_openat, folder, path, flags | O_LARGEFILE, mode); }

// What copies within the kernel would pass by all of this: the callers go on without it
ssize_t sendfile(int to, int from, off_t *place, size_t count) { (void)to; (void)from; (void)place; (void)count; errno = EINVAL; return -1; }
ssize_t sendfile64(int to, int from, off64_t *place, size_t count) { (void)to; (void)from; (void)place; (void)count; errno = EINVAL; return -1; }
ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t count, unsigned flags) { (void)from; (void)a; (void)to; (void)b; (void)count; (void)flags; errno = EINVAL; return -1; }

int clock_gettime(clockid_t which, struct timespec *now) {
    find();
    int done = REAL(clock_gettime)(which, now);
    if (!done && which == CLOCK_REALTIME) now->tv_sec += clock_shift;
    return done;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    find();
    int done = REAL(gettimeofday)(now, zone);
    now->tv_sec += clock_shift;
    return done;
}
time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into) *into = now.tv_sec;
    return now.tv_sec;
}
