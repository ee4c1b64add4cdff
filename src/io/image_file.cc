// Choosing the format: by the first bytes when reading, by the extension when writing.
#include "io/image_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "io/formats.h"

namespace sepconv::io {
namespace {

enum class Format { png, jpeg, tiff };

// libjpeg's JPEG_MAX_DIMENSION, PNG's 2^31 - 1 and TIFF's 32-bit fields.
constexpr int64_t kJpegMaxSide = 65500;
constexpr int64_t kPngMaxSide = 0x7fffffff;
constexpr int64_t kTiffMaxSide = 0xffffffff;

std::string extension_of(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  const size_t dot = name.rfind('.');
  std::string extension = dot == std::string::npos ? "" : name.substr(dot);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

bool is_device_or_pipe(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

Format format_of_name(const std::string& path) {
  const std::string extension = extension_of(path);
  if (extension == ".png") return Format::png;
  if (extension == ".jpg" || extension == ".jpeg") return Format::jpeg;
  if (extension == ".tif" || extension == ".tiff") return Format::tiff;
  if (is_device_or_pipe(path)) return Format::png;  // its name cannot say; PNG needs no seeking
  fail(path, "unknown type of image{}{}; expected .png, .jpg, .jpeg, .tif or .tiff",
       extension.empty() ? "" : " ", extension);
}

struct FormatLimits {
  const char* name;
  const char* holds;
  int64_t max_side;
};

FormatLimits limits_of(Format format) {
  switch (format) {
    case Format::png:
      return {"PNG", "u8 and u16 with 1 to 4 channels, alpha not premultiplied", kPngMaxSide};
    case Format::jpeg:
      return {"JPEG", "u8 with 1 or 3 channels, no alpha, up to 65500 pixels a side", kJpegMaxSide};
    case Format::tiff:
      return {"TIFF", "every sample type with 1 to 4 channels", kTiffMaxSide};
  }
  return {};
}

bool can_hold(Format format, SampleType type, int channels, const ImageTraits& traits) {
  const bool is_u8 = type == SampleType::u8;
  if (format == Format::png) {
    return (is_u8 || type == SampleType::u16) && !traits.premultiplied;
  }
  if (format == Format::jpeg) return is_u8 && (channels == 1 || channels == 3);
  return true;
}

Format storable_format(const std::string& path, SampleType type, const ImageShape& shape,
                       const ImageTraits& traits) {
  const Format format = format_of_name(path);
  if (shape.width < 1 || shape.height < 1) {
    throw InvalidArgument(
        fmt::format("write_image: image is {}; expected at least 1x1 pixels", to_string(shape)));
  }
  const FormatLimits limits = limits_of(format);
  if (shape.channels < 1 || shape.channels > 4 ||
      std::max(shape.width, shape.height) > limits.max_side ||
      !can_hold(format, type, shape.channels, traits)) {
    fail(path, "{} holds {}; this image is {} {}{}", limits.name, limits.holds, to_string(shape),
         sepconv::name(type), traits.premultiplied ? ", premultiplied" : "");
  }
  return format;
}

}  // namespace

AnyImage read_image(const std::string& path) {
  const InputFile file(path);
  const std::string magic = file.first_bytes(8);
  const auto starts_with = [&](std::string_view bytes) {
    return magic.compare(0, bytes.size(), bytes) == 0;
  };
  if (starts_with("\x89PNG\r\n\x1a\n")) return read_png(file);
  if (starts_with("\xff\xd8\xff")) return read_jpeg(file);
  // Little and big endian, each classic (42) and BigTIFF (43).
  for (const std::string_view tiff : {std::string_view("II*\0", 4), std::string_view("MM\0*", 4),
                                      std::string_view("II+\0", 4), std::string_view("MM\0+", 4)}) {
    if (starts_with(tiff)) return read_tiff(file);
  }
  fail(path, "is not an image of a known type; PNG, JPEG and TIFF are read");
}

void write_image(const std::string& path, const ConstImageRef& image, const ImageTraits& traits) {
  const Format format = storable_format(path, image.type, image.shape, traits);
  OutputFile file(path);
  if (format == Format::png) write_png(file, image);
  if (format == Format::jpeg) write_jpeg(file, image);
  if (format == Format::tiff) write_tiff(file, image, traits);
  file.commit();
}

void check_storable(const std::string& path, SampleType type, const ImageShape& shape,
                    const ImageTraits& traits) {
  storable_format(path, type, shape, traits);
}

}  // namespace sepconv::io
