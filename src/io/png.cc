// PNG in and out by libpng.
//
// libpng reports errors by longjmp, which skips destructors. So every call that may fail is made
// inside completes(), from lambdas that hold nothing with a destructor; what owns memory lives in
// the functions around it.
#include <png.h>

#include <bit>
#include <cerrno>
#include <csetjmp>
#include <cstring>

#include "io/formats.h"

namespace sepconv::io {
namespace {

// Deflate's best is a match of 258 bytes in 2 bits (one for its length, one for its distance).
constexpr double kDeflateMaxRatio = 258 * 8 / 2;

struct PngError {
  char message[200] = "";
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* error = static_cast<PngError*>(png_get_error_ptr(png));
  std::snprintf(error->message, sizeof error->message, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}  // a library does not print

/// Runs body; false where libpng stopped it by an error.
template <class Body>
[[gnu::noinline]] bool completes(png_structp png, const Body& body) {
  if (setjmp(png_jmpbuf(png))) return false;
  body();
  return true;
}

void read_bytes(png_structp png, png_bytep to, size_t count) {
  auto* stream = static_cast<FILE*>(png_get_io_ptr(png));
  if (std::fread(to, 1, count, stream) != count) {
    png_error(png, std::ferror(stream) ? std::strerror(errno) : "the file ends too early");
  }
}

void write_bytes(png_structp png, png_bytep from, size_t count) {
  auto* stream = static_cast<FILE*>(png_get_io_ptr(png));
  if (std::fwrite(from, 1, count, stream) != count) png_error(png, std::strerror(errno));
}

void flush_nothing(png_structp) {}  // OutputFile::commit does it

struct Reader {
  PngError error;
  png_structp png = nullptr;
  png_infop info = nullptr;

  Reader() {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &error, on_error, on_warning);
    if (png) info = png_create_info_struct(png);
    if (!info) {
      png_destroy_read_struct(&png, nullptr, nullptr);
      throw std::bad_alloc();
    }
  }
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  Reader(const Reader&) = delete;
};

struct Writer {
  PngError error;
  png_structp png = nullptr;
  png_infop info = nullptr;

  Writer() {
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &error, on_error, on_warning);
    if (png) info = png_create_info_struct(png);
    if (!info) {
      png_destroy_write_struct(&png, nullptr);
      throw std::bad_alloc();
    }
  }
  ~Writer() { png_destroy_write_struct(&png, &info); }
  Writer(const Writer&) = delete;
};

/// The header's size, compared with PNG's own limit before libpng sees it, for a clear message.
void check_header(const InputFile& file) {
  const std::string header = file.first_bytes(24);  // signature 8, length 4, "IHDR", two sizes
  if (header.size() < 24 || header.compare(12, 4, "IHDR") != 0) {
    fail(file.path(), "PNG without a header: truncated or corrupt");
  }
  const auto big_endian = [&](int at) {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(header[at + i]);
    return value;
  };
  const uint32_t width = big_endian(16);
  const uint32_t height = big_endian(20);
  if (width > PNG_UINT_31_MAX || height > PNG_UINT_31_MAX) {
    fail(file.path(), "PNG header claims {}x{} pixels; PNG allows {} a side", width, height,
         PNG_UINT_31_MAX);
  }
}

/// Channels once palettes and transparent colours are expanded.
int expanded_channels(const Reader& reader) {
  const int colour = png_get_color_type(reader.png, reader.info);
  const bool has_transparency = png_get_valid(reader.png, reader.info, PNG_INFO_tRNS) != 0;
  return ((colour & PNG_COLOR_MASK_COLOR) ? 3 : 1) +
         ((colour & PNG_COLOR_MASK_ALPHA) || has_transparency ? 1 : 0);
}

Claim claim_of(const Reader& reader) {
  Claim claim{.format = "PNG", .max_ratio = kDeflateMaxRatio};
  claim.width = png_get_image_width(reader.png, reader.info);
  claim.height = png_get_image_height(reader.png, reader.info);
  claim.channels = expanded_channels(reader);
  claim.stored_bytes = 1.0 * png_get_rowbytes(reader.png, reader.info) * claim.height;
  return claim;
}

/// Reads the rows of every pass; an interlaced file visits each row once a pass.
void read_rows(Reader& reader, AnyImage& image) {
  png_structp png = reader.png;
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, reader.info);
  if (png_get_rowbytes(png, reader.info) != static_cast<size_t>(image.row_bytes())) {
    png_error(png, "rows of an unexpected length");
  }
  for (int pass = 0; pass < passes; ++pass) {
    for (int64_t y = 0; y < image.shape().height; ++y) {
      png_read_row(png, reinterpret_cast<png_bytep>(image.row(y)), nullptr);
    }
  }
  png_read_end(png, nullptr);
}

void write_header(Writer& writer, const ConstImageRef& image) {
  constexpr int kColour[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                             PNG_COLOR_TYPE_RGB_ALPHA};
  png_set_user_limits(writer.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(writer.png, writer.info, image.shape.width, image.shape.height,
               static_cast<int>(8 * sample_bytes(image.type)), kColour[image.shape.channels - 1],
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(writer.png, writer.info);
  if (std::endian::native == std::endian::little) png_set_swap(writer.png);
}

}  // namespace

AnyImage read_png(const InputFile& file) {
  check_header(file);
  Reader reader;
  const auto check = [&](bool is_done) {
    if (!is_done) fail(file.path(), "PNG is truncated or corrupt: {}", reader.error.message);
  };
  check(completes(reader.png, [&] {
    png_set_read_fn(reader.png, file.stream(), read_bytes);
    png_set_user_limits(reader.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // checked_shape is stricter
    png_read_info(reader.png, reader.info);
    png_set_expand(reader.png);
    if (std::endian::native == std::endian::little) png_set_swap(reader.png);
  }));
  const ImageShape shape = checked_shape(file, claim_of(reader));
  const bool is_deep = png_get_bit_depth(reader.png, reader.info) == 16;
  AnyImage image(is_deep ? SampleType::u16 : SampleType::u8, shape);
  check(completes(reader.png, [&] { read_rows(reader, image); }));
  return image;
}

void write_png(OutputFile& file, const ConstImageRef& image) {
  Writer writer;
  const bool is_done = completes(writer.png, [&] {
    png_set_write_fn(writer.png, file.stream(), write_bytes, flush_nothing);
    write_header(writer, image);
    for (int64_t y = 0; y < image.shape.height; ++y) {
      png_write_row(writer.png, reinterpret_cast<png_const_bytep>(row_of(image, y)));
    }
    png_write_end(writer.png, nullptr);
  });
  if (!is_done) fail(file.path(), "cannot be written: {}", writer.error.message);
}

}  // namespace sepconv::io
