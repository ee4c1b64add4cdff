// Writing beside and renaming.
#include "io/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "io/formats.h"

namespace sepconv::io {
namespace {

// What the signal handler may touch: the temporary's name, complete whenever the flag is set.
char pending_name[PATH_MAX];
std::atomic<bool> is_pending{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler reads it");

void set_pending(const std::string& name) {
  is_pending = false;
  if (name.empty() || name.size() >= sizeof pending_name) return;
  std::memcpy(pending_name, name.c_str(), name.size() + 1);
  is_pending = true;
}

void on_signal(int signal_number) {
  if (is_pending) unlink(pending_name);
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

std::string followed(const std::string& path) {
  char* resolved = realpath(path.c_str(), nullptr);
  std::string result = resolved ? resolved : path;
  std::free(resolved);
  return result;
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)), target_(path_) {
  struct stat status = {};
  const bool exists = stat(path_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) fail(path_, "is a directory; expected a file name");
  if (exists && !S_ISREG(status.st_mode)) {
    stream_ = std::fopen(path_.c_str(), "wbe");
    if (!stream_) fail(path_, "cannot be written: {}", std::strerror(errno));
    return;
  }
  // Renaming asks for the folder's permission only; the file's own is respected as well.
  if (exists && access(path_.c_str(), W_OK) != 0) {
    fail(path_, "cannot be written: {}", std::strerror(errno));
  }
  target_ = followed(path_);
  open_temporary(exists, status.st_mode);
}

void OutputFile::open_temporary(bool replaces, unsigned mode) {
  // Not made of the target's name, which may be as long as the file system allows.
  static std::atomic<unsigned> counter{0};
  int descriptor = -1;
  do {
    temporary_ = fmt::format("{}.sepconv-{}-{}.tmp", folder_of(target_), getpid(), counter++);
    descriptor = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor < 0 && errno == EEXIST);
  const int open_errno = errno;
  if (descriptor < 0) {
    temporary_.clear();
    fail(path_, "cannot be written: {}", std::strerror(open_errno));
  }
  set_pending(temporary_);
  if (replaces) (void)!fchmod(descriptor, mode & 07777);  // best effort: a nicety, not a promise
  stream_ = fdopen(descriptor, "wb");
  if (!stream_) {
    close(descriptor);
    discard();
    fail(path_, "cannot be written: {}", std::strerror(ENOMEM));
  }
}

OutputFile::~OutputFile() {
  if (stream_) std::fclose(stream_);
  discard();
}

void OutputFile::commit() {
  errno = 0;
  const bool is_written = !std::ferror(stream_) && std::fflush(stream_) == 0;
  int error = errno;
  const bool is_closed = std::fclose(stream_) == 0;
  if (is_written) error = errno;
  stream_ = nullptr;
  if (!is_written || !is_closed) {
    fail(path_, "cannot be written: {}", error ? std::strerror(error) : "writing failed");
  }
  if (temporary_.empty()) return;
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    fail(path_, "cannot be written: {}", std::strerror(errno));
  }
  set_pending("");
  temporary_.clear();
}

void OutputFile::discard() noexcept {
  if (temporary_.empty()) return;
  unlink(temporary_.c_str());
  set_pending("");
  temporary_.clear();
}

void remove_temporary_on_signals() {
  for (int signal_number : {SIGINT, SIGTERM, SIGHUP}) {
    // A signal that the caller ignores, as under nohup, stays ignored.
    if (std::signal(signal_number, on_signal) == SIG_IGN) std::signal(signal_number, SIG_IGN);
  }
}

}  // namespace sepconv::io
