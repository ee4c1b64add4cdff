// TIFF in, by libtiff: strips and tiles, contiguous and planar, whatever it can decompress.
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "io/formats.h"
#include "io/tiff/handle.h"

namespace sepconv::io {
namespace {

// libtiff may take this much more at once than the file has bytes: scanlines and codec states.
constexpr int64_t kCodecBytes = int64_t{64} << 20;

/// Decompressed bytes that one stored byte gives at most.
double max_ratio(int compression) {
  switch (compression) {
    case COMPRESSION_NONE:
      return 1;
    case COMPRESSION_PACKBITS:
      return 64;  // 128 equal bytes in 2
    case COMPRESSION_LZW:
      return 2560;  // a code of 12 bits for at most 3839 bytes: the table has 4096 entries
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_PIXARLOG:
      return 1032 * 4;  // as PNG's; PixarLog widens 11 bits to up to 32
    case COMPRESSION_JPEG:
      return 1536;  // as in jpeg.cc
    default:
      // Zstandard repeats a byte 2^17 times in 4 bytes, LZMA 273 bytes in 0.3 bits; WebP and LERC
      // describe a constant tile in about 50 bytes. All stay below this for tiles up to 3 MiB.
      return 65536;
  }
}

struct Layout {
  SampleType type = SampleType::u8;
  ImageShape shape;
  bool is_planar = false;
  bool is_white_zero = false;
  int64_t block_width = 0;  // of a tile; of a strip, read row by row, the whole width and 1
  int64_t block_height = 1;

  int64_t block_channels() const { return is_planar ? 1 : shape.channels; }
  int64_t block_row_bytes() const { return block_width * block_channels() * sample_bytes(type); }
};

SampleType sample_type_of_file(const InputFile& file, const TiffHandle& tiff) {
  const int bits = tiff.field<uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  const int format = tiff.field<uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  const bool is_unsigned = format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID;
  if (bits == 8 && is_unsigned) return SampleType::u8;
  if (bits == 16 && is_unsigned) return SampleType::u16;
  if (bits == 16 && format == SAMPLEFORMAT_INT) return SampleType::i16;
  if (bits == 32 && format == SAMPLEFORMAT_INT) return SampleType::i32;
  if (bits == 32 && format == SAMPLEFORMAT_IEEEFP) return SampleType::f32;
  if (bits == 64 && format == SAMPLEFORMAT_IEEEFP) return SampleType::f64;
  fail(file.path(), "TIFF of {}-bit {} samples; u8, u16, i16, i32, f32 and f64 are read", bits,
       is_unsigned                     ? "unsigned"
       : format == SAMPLEFORMAT_INT    ? "signed"
       : format == SAMPLEFORMAT_IEEEFP ? "float"
                                       : "complex");
}

/// Grey, RGB, and YCbCr where libtiff's JPEG codec converts it; other colours would be filtered
/// as something that they are not.
void check_colours(const InputFile& file, const TiffHandle& tiff) {
  const int photometric = tiff.field<uint16_t>(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  const int compression = tiff.field<uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  if (photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE ||
      photometric == PHOTOMETRIC_RGB) {
    return;
  }
  if (photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG) {
    TIFFSetField(tiff.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    return;
  }
  fail(file.path(), "TIFF of {} colours; grey and RGB are read, with or without alpha",
       photometric == PHOTOMETRIC_PALETTE     ? "palette"
       : photometric == PHOTOMETRIC_SEPARATED ? "CMYK"
       : photometric == PHOTOMETRIC_YCBCR     ? "YCbCr"
                                              : "unsupported");
}

void check_claim(const InputFile& file, const TiffHandle& tiff, Layout& layout) {
  Claim claim{.format = "TIFF"};
  claim.max_ratio = max_ratio(tiff.field<uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE));
  claim.width = tiff.field<uint32_t>(TIFFTAG_IMAGEWIDTH);
  claim.height = tiff.field<uint32_t>(TIFFTAG_IMAGELENGTH);
  claim.channels = tiff.field<uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  const double pixel_bytes = 1.0 * claim.channels * sample_bytes(layout.type);
  claim.stored_bytes = pixel_bytes * claim.width * claim.height;
  layout.shape = checked_shape(file, claim);
  layout.block_width = layout.shape.width;
  if (!TIFFIsTiled(tiff.get())) return;
  // A tile may be larger than its image; it needs memory, so it has the same limits.
  claim.width = tiff.field<uint32_t>(TIFFTAG_TILEWIDTH);
  claim.height = tiff.field<uint32_t>(TIFFTAG_TILELENGTH);
  claim.stored_bytes = pixel_bytes * claim.width * claim.height;
  const ImageShape tile = checked_shape(file, claim);
  layout.block_width = tile.width;
  layout.block_height = tile.height;
}

Layout read_layout(const InputFile& file, const TiffHandle& tiff) {
  Layout layout;
  layout.type = sample_type_of_file(file, tiff);
  check_claim(file, tiff, layout);
  if (layout.shape.channels > 4) {
    fail(file.path(), "TIFF of {} channels; 1 to 4 are supported", layout.shape.channels);
  }
  check_colours(file, tiff);
  layout.is_planar = layout.shape.channels > 1 &&
                     tiff.field<uint16_t>(TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
  layout.is_white_zero =
      tiff.field<uint16_t>(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK) == PHOTOMETRIC_MINISWHITE;
  // libtiff writes into our memory by its own idea of a row.
  const uint64_t row_bytes =
      TIFFIsTiled(tiff.get()) ? TIFFTileRowSize64(tiff.get()) : TIFFScanlineSize64(tiff.get());
  if (row_bytes != static_cast<uint64_t>(layout.block_row_bytes())) {
    fail(file.path(), "TIFF with rows of an unexpected length ({} bytes; expected {})", row_bytes,
         layout.block_row_bytes());
  }
  return layout;
}

/// Where a block goes: its upper left pixel and, in a planar file, its channel.
struct Place {
  int64_t x = 0;
  int64_t y = 0;
  int channel = 0;
};

/// Copies what of a block lies inside the image, to every channel or to the one of its plane.
void place_block(const Layout& layout, const Place& place, const std::byte* block,
                 AnyImage& image) {
  const int64_t bytes = sample_bytes(layout.type);
  const int64_t pixel_bytes = layout.shape.channels * bytes;
  const int64_t width = std::min(layout.block_width, layout.shape.width - place.x);
  const int64_t height = std::min(layout.block_height, layout.shape.height - place.y);
  for (int64_t y = 0; y < height; ++y) {
    const std::byte* from = block + y * layout.block_row_bytes();
    std::byte* to = image.row(place.y + y) + place.x * pixel_bytes + place.channel * bytes;
    if (!layout.is_planar) {
      std::memcpy(to, from, width * pixel_bytes);
      continue;
    }
    for (int64_t x = 0; x < width; ++x) std::memcpy(to + x * pixel_bytes, from + x * bytes, bytes);
  }
}

void read_blocks(const InputFile& file, const TiffHandle& tiff, const Layout& layout,
                 AnyImage& image) {
  const bool is_tiled = TIFFIsTiled(tiff.get());
  const int planes = layout.is_planar ? layout.shape.channels : 1;
  AnyImage block(layout.type, {layout.block_width, layout.block_height,
                               static_cast<int>(layout.block_channels())});
  // Planes outermost: rows of a compressed strip can only be read in order.
  for (int c = 0; c < planes; ++c) {
    for (int64_t y = 0; y < layout.shape.height; y += layout.block_height) {
      for (int64_t x = 0; x < layout.shape.width; x += layout.block_width) {
        const bool is_read = is_tiled ? TIFFReadTile(tiff.get(), block.row(0), x, y, 0, c) >= 0
                                      : TIFFReadScanline(tiff.get(), block.row(0), y, c) >= 0;
        if (!is_read) fail(file.path(), "TIFF is truncated or corrupt: {}", tiff.message());
        place_block(layout, {x, y, c}, block.row(0), image);
      }
    }
  }
}

template <class T>
void invert_grey(AnyImage& image) {
  const int channels = image.shape().channels;
  for (int64_t y = 0; y < image.shape().height; ++y) {
    T* row = reinterpret_cast<T*>(image.row(y));
    for (int64_t x = 0; x < image.shape().width; ++x) {
      row[x * channels] = static_cast<T>(~row[x * channels]);
    }
  }
}

void read_traits(const TiffHandle& tiff, AnyImage& image) {
  image.set_orientation(tiff.field<uint16_t>(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT));
  uint16_t count = 0;
  uint16_t* kinds = nullptr;
  if (TIFFGetField(tiff.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds) && count > 0) {
    image.traits.premultiplied = image.has_alpha() && kinds[0] == EXTRASAMPLE_ASSOCALPHA;
  }
  if (!TIFFLastDirectory(tiff.get())) image.notes.push_back("only the first of its pages is read");
}

}  // namespace

AnyImage read_tiff(const InputFile& file) {
  // libtiff reads at the descriptor's position; "m": no memory map, which a file that shrinks
  // meanwhile would turn into a crash.
  const int descriptor = dup(fileno(file.stream()));
  if (descriptor < 0 || lseek(descriptor, 0, SEEK_SET) != 0) fail(file.path(), "cannot be read");
  const TiffHandle tiff(descriptor, file.path(), "rm", file.bytes() + kCodecBytes);
  if (!tiff.is_open()) {
    close(descriptor);
    fail(file.path(), "TIFF is truncated or corrupt: {}", tiff.message());
  }
  const Layout layout = read_layout(file, tiff);
  AnyImage image(layout.type, layout.shape);
  read_blocks(file, tiff, layout, image);
  if (layout.is_white_zero && layout.type == SampleType::u8) invert_grey<uint8_t>(image);
  if (layout.is_white_zero && layout.type == SampleType::u16) invert_grey<uint16_t>(image);
  read_traits(tiff, image);
  return image;
}

}  // namespace sepconv::io
