// Opening image files, and comparing what headers claim with what their files can hold.
#include "io/input_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "io/formats.h"
#include "io/image_file.h"

namespace sepconv::io {

InputFile::InputFile(std::string path) : path_(std::move(path)) {
  // The kind is asked for before opening: opening a pipe without a writer would wait for ever.
  struct stat status = {};
  if (stat(path_.c_str(), &status) != 0) fail(path_, "{}", std::strerror(errno));
  if (S_ISDIR(status.st_mode)) fail(path_, "is a directory; expected an image file");
  if (!S_ISREG(status.st_mode)) fail(path_, "is a device or pipe; expected an image file");
  stream_.reset(std::fopen(path_.c_str(), "rbe"));
  if (!stream_) fail(path_, "{}", std::strerror(errno));
  if (fstat(fileno(stream_.get()), &status) != 0) fail(path_, "{}", std::strerror(errno));
  bytes_ = status.st_size;
  if (bytes_ == 0) fail(path_, "is empty; expected an image");
}

std::string InputFile::first_bytes(size_t count) const {
  std::string bytes(count, '\0');
  bytes.resize(std::fread(bytes.data(), 1, count, stream_.get()));
  if (std::fseek(stream_.get(), 0, SEEK_SET) != 0) fail(path_, "{}", std::strerror(errno));
  return bytes;
}

ImageShape checked_shape(const InputFile& file, const Claim& claim) {
  const double samples = 1.0 * claim.width * claim.height * claim.channels;
  if (claim.width == 0 || claim.height == 0) {
    fail(file.path(), "{} header claims {}x{} pixels; expected at least 1x1", claim.format,
         claim.width, claim.height);
  }
  if (samples > kMaxSamples) {
    fail(file.path(), "{} header claims {}x{} pixels of {} channels; at most {} samples are read",
         claim.format, claim.width, claim.height, claim.channels, kMaxSamples);
  }
  if (claim.stored_bytes > claim.max_ratio * file.bytes()) {
    fail(file.path(),
         "{} header claims {}x{} pixels of {} channels, which {} bytes cannot hold: truncated or "
         "corrupt",
         claim.format, claim.width, claim.height, claim.channels, file.bytes());
  }
  return {static_cast<int64_t>(claim.width), static_cast<int64_t>(claim.height), claim.channels};
}

}  // namespace sepconv::io
