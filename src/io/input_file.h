// An image file open for reading, and the check that its header does not promise too much.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "sepconv/image.h"

namespace sepconv::io {

/// A regular file with at least one byte.
/// errors     FormatError: missing, unreadable, a directory, a device or pipe, empty
class InputFile {
 public:
  explicit InputFile(std::string path);

  const std::string& path() const { return path_; }
  FILE* stream() const { return stream_.get(); }
  int64_t bytes() const { return bytes_; }

  /// Up to count bytes from the start; the position is the start again afterwards.
  std::string first_bytes(size_t count) const;

 private:
  struct Close {
    void operator()(FILE* f) const { std::fclose(f); }
  };
  std::string path_;
  std::unique_ptr<FILE, Close> stream_;
  int64_t bytes_ = 0;
};

/// What a header says of its image, before anything is allocated for it.
struct Claim {
  const char* format = "";
  uint64_t width = 0;  // as wide as any header's field: compared before it becomes an ImageShape
  uint64_t height = 0;
  int channels = 1;
  double stored_bytes = 0;  // of all rows, decompressed, as the file stores them
  double max_ratio = 1;     // decompressed bytes that one byte of the file can give at most
};

/// Returns the shape, or throws FormatError where it is empty, exceeds kMaxSamples, or needs more
/// bytes than the file could ever decompress to.
ImageShape checked_shape(const InputFile& file, const Claim& claim);

}  // namespace sepconv::io
