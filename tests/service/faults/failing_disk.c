/*
 * A disk that fails, for a process into which this library is loaded with LD_PRELOAD. It intercepts the calls of libc with
 * which the service changes and reads files.
 *
 * YOUKU_DISK_FAULT names a file. While that file exists it contains one order, `CALL TEXT ERRNO`: the call fails with that number
 * for every file whose path contains the text. `=TEXT` means only the file or folder with exactly this path.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_meant(const char *path, const char *text)
{
    return *text == '=' ? !strcmp(path, text + 1) : strstr(path, text) != NULL;
}

static int path_fails(const char *call, const char *path)
{
    int saved = errno;
    char name[32], text[256];
    int number = 0;
    const char *order = getenv("YOUKU_DISK_FAULT");
    FILE *file = order ? fopen(order, "re") : NULL;
    if (file) {
        if (fscanf(file, "%31s %255s %d", name, text, &number) != 3 || strcmp(name, call) || !is_meant(path, text))
            number = 0;
        fclose(file);
    }
    errno = number ? number : saved;
    return number != 0;
}

static int fails(const char *call, int file)
{
    int saved = errno;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length < 0)
        return 0;
    path[length] = 0;
    return path_fails(call, path);
}

#define NEXT(call) ((__typeof__(&call))dlsym(RTLD_NEXT, #call))

ssize_t write(int file, const void *bytes, size_t length)
{
    return fails("write", file) ? -1 : NEXT(write)(file, bytes, length);
}

ssize_t read(int file, void *bytes, size_t length)
{
    return fails("read", file) ? -1 : NEXT(read)(file, bytes, length);
}

int fsync(int file)
{
    return fails("fsync", file) ? -1 : NEXT(fsync)(file);
}

int fdatasync(int file)
{
    return fails("fdatasync", file) ? -1 : NEXT(fdatasync)(file);
}

int rename(const char *from, const char *to)
{
    return path_fails("rename", to) ? -1 : NEXT(rename)(from, to);
}

int unlink(const char *path)
{
    return path_fails("unlink", path) ? -1 : NEXT(unlink)(path);
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return path_fails("open", path) ? -1 : NEXT(open64)(path, flags, mode);
}
