// TIFF out, by libtiff: uncompressed strips, which every reader of TIFF can read, at any depth.
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "io/formats.h"
#include "io/tiff/handle.h"

namespace sepconv::io {
namespace {

// The specification suggests strips of 8 KiB; 64 KiB costs readers no more on today's machines.
constexpr int64_t kStripBytes = 64 << 10;

// Offsets of classic TIFF have 32 bits; the rest of the file needs far less than the margin.
constexpr int64_t kClassicMaxBytes = (int64_t{1} << 32) - (int64_t{1} << 26);

uint16_t sample_format(SampleType type) {
  switch (type) {
    case SampleType::u8:
    case SampleType::u16:
      return SAMPLEFORMAT_UINT;
    case SampleType::i16:
    case SampleType::i32:
      return SAMPLEFORMAT_INT;
    case SampleType::f32:
    case SampleType::f64:
      return SAMPLEFORMAT_IEEEFP;
  }
  return SAMPLEFORMAT_VOID;
}

int64_t row_bytes(const ConstImageRef& image) {
  return image.shape.width * image.shape.channels * sample_bytes(image.type);
}

bool set_tags(TIFF* tiff, const ConstImageRef& image, const ImageTraits& traits) {
  const auto set = [&](uint32_t tag, int value) { return TIFFSetField(tiff, tag, value) == 1; };
  const int channels = image.shape.channels;
  const uint16_t alpha = traits.premultiplied ? EXTRASAMPLE_ASSOCALPHA : EXTRASAMPLE_UNASSALPHA;
  const bool has_alpha = channels == 2 || channels == 4;
  return TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<uint32_t>(image.shape.width)) == 1 &&
         TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<uint32_t>(image.shape.height)) == 1 &&
         set(TIFFTAG_SAMPLESPERPIXEL, channels) &&
         set(TIFFTAG_BITSPERSAMPLE, static_cast<int>(8 * sample_bytes(image.type))) &&
         set(TIFFTAG_SAMPLEFORMAT, sample_format(image.type)) &&
         set(TIFFTAG_PHOTOMETRIC, channels < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB) &&
         set(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) &&
         set(TIFFTAG_COMPRESSION, COMPRESSION_NONE) &&
         set(TIFFTAG_ORIENTATION, traits.orientation) &&
         (!has_alpha || TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &alpha) == 1) &&
         TIFFSetField(
             tiff, TIFFTAG_ROWSPERSTRIP,
             static_cast<uint32_t>(std::max<int64_t>(1, kStripBytes / row_bytes(image)))) == 1;
}

bool write_rows(TIFF* tiff, const ConstImageRef& image) {
  for (int64_t y = 0; y < image.shape.height; ++y) {
    // In the machine's own byte order and uncompressed, libtiff does not alter what it is given.
    auto* row = const_cast<std::byte*>(row_of(image, y));
    if (TIFFWriteScanline(tiff, row, y, 0) < 0) return false;
  }
  return TIFFWriteDirectory(tiff) == 1;  // TIFFClose would not say whether it could
}

}  // namespace

void write_tiff(OutputFile& file, const ConstImageRef& image, const ImageTraits& traits) {
  const bool is_big = row_bytes(image) * image.shape.height > kClassicMaxBytes;
  const int descriptor = dup(fileno(file.stream()));
  if (descriptor < 0) fail(file.path(), "cannot be written: {}", std::strerror(errno));
  errno = 0;
  const TiffHandle tiff(descriptor, file.path(), is_big ? "w8" : "w", 0);
  if (!tiff.is_open()) close(descriptor);
  if (tiff.is_open() && set_tags(tiff.get(), image, traits) && write_rows(tiff.get(), image)) {
    return;
  }
  fail(file.path(), "cannot be written: {}",
       tiff.system_error() ? std::strerror(tiff.system_error()) : tiff.message());
}

}  // namespace sepconv::io
