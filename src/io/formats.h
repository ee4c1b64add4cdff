// One reader and one writer a format; image_file.cc chooses among them.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "io/any_image.h"
#include "io/input_file.h"
#include "io/output_file.h"
#include "sepconv/error.h"

namespace sepconv::io {

AnyImage read_png(const InputFile& file);
AnyImage read_jpeg(const InputFile& file);
AnyImage read_tiff(const InputFile& file);

// The image is one that check_storable has let pass.
void write_png(OutputFile& file, const ConstImageRef& image);
void write_jpeg(OutputFile& file, const ConstImageRef& image);
void write_tiff(OutputFile& file, const ConstImageRef& image, const ImageTraits& traits);

/// The first sample of row y.
inline const std::byte* row_of(const ConstImageRef& image, int64_t y) {
  return static_cast<const std::byte*>(image.data) +
         y * image.row_stride * sample_bytes(image.type);
}

/// Throws FormatError "path: message".
template <class... Args>
[[noreturn]] void fail(const std::string& path, fmt::format_string<Args...> message,
                       Args&&... args) {
  throw FormatError(path + ": " + fmt::format(message, std::forward<Args>(args)...));
}

}  // namespace sepconv::io
