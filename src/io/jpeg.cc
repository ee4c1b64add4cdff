// JPEG in and out by libjpeg-turbo. Its errors are longjmps: see png.cc for how they are contained.
#include <cstdio>  // jpeglib.h needs FILE and size_t
//
#include <jerror.h>
#include <jpeglib.h>

#include <cerrno>
#include <csetjmp>
#include <cstring>
#include <string_view>

#include "io/exif.h"
#include "io/formats.h"

namespace sepconv::io {
namespace {

// A block of 64 samples takes at least one bit (a progressive file's first scan; later scans skip
// 32767 blocks in two bytes); subsampled colours repeat, so that one of three channels is enough.
constexpr double kHuffmanMaxRatio = 64 * 8 * 3;

// Every scan of a progressive file visits the whole image, however few bytes it has. Encoders make
// about ten.
constexpr int kMaxScans = 200;

constexpr int kMaxSegmentBytes = 0xffff;

constexpr int kQuality = 95;

struct JpegError {
  jpeg_error_mgr manager;  // first: libjpeg hands back its address
  jmp_buf jump;
  int system_error = 0;
  char message[JMSG_LENGTH_MAX] = "";
};

[[noreturn]] void on_error(j_common_ptr codec) {
  auto* error = reinterpret_cast<JpegError*>(codec->err);
  error->system_error = errno;
  codec->err->format_message(codec, error->message);
  std::longjmp(error->jump, 1);
}

/// Lost data is an error here; other warnings (spare bytes between markers) are not.
void on_message(j_common_ptr codec, int level) {
  if (level >= 0) return;  // a trace
  switch (codec->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
      on_error(codec);
    default:
      return;
  }
}

void print_nothing(j_common_ptr) {}

void on_progress(j_common_ptr codec) {
  if (!codec->is_decompressor) return;
  if (reinterpret_cast<j_decompress_ptr>(codec)->input_scan_number <= kMaxScans) return;
  auto* error = reinterpret_cast<JpegError*>(codec->err);
  std::snprintf(error->message, sizeof error->message, "more than %d scans", kMaxScans);
  std::longjmp(error->jump, 1);
}

jpeg_error_mgr* make_manager(JpegError& error) {
  jpeg_std_error(&error.manager);
  error.manager.error_exit = on_error;
  error.manager.emit_message = on_message;
  error.manager.output_message = print_nothing;
  return &error.manager;
}

/// Runs body; false where libjpeg stopped it by an error.
template <class Body>
[[gnu::noinline]] bool completes(JpegError& error, const Body& body) {
  if (setjmp(error.jump)) return false;
  body();
  return true;
}

struct Reader {
  JpegError error;
  jpeg_decompress_struct codec = {};  // all zero: destroying it before creating it is allowed
  jpeg_progress_mgr progress = {};

  ~Reader() { jpeg_destroy_decompress(&codec); }
};

struct Writer {
  JpegError error;
  jpeg_compress_struct codec = {};

  ~Writer() { jpeg_destroy_compress(&codec); }
};

/// Grey stays grey, every other space that libjpeg can convert becomes RGB.
int output_channels(const InputFile& file, jpeg_decompress_struct& codec) {
  switch (codec.jpeg_color_space) {
    case JCS_GRAYSCALE:
      codec.out_color_space = JCS_GRAYSCALE;
      return 1;
    case JCS_YCbCr:
    case JCS_RGB:
      codec.out_color_space = JCS_RGB;
      return 3;
    default:
      fail(file.path(),
           "JPEG of {} components in an unsupported colour space; grey, RGB and YCbCr "
           "are read",
           codec.num_components);
  }
}

ImageShape shape_of(const InputFile& file, jpeg_decompress_struct& codec) {
  // Arithmetic coding has no largest ratio, so its headers could not be checked.
  if (codec.arith_code) fail(file.path(), "JPEG with arithmetic coding is not supported");
  Claim claim{.format = "JPEG", .max_ratio = kHuffmanMaxRatio};
  claim.width = codec.image_width;
  claim.height = codec.image_height;
  claim.channels = output_channels(file, codec);
  claim.stored_bytes = 1.0 * claim.width * claim.height * claim.channels;
  return checked_shape(file, claim);
}

/// The first orientation other than upright that an APP1 segment states.
int orientation_of(const jpeg_decompress_struct& codec) {
  for (const jpeg_marker_struct* marker = codec.marker_list; marker; marker = marker->next) {
    const std::string_view segment(reinterpret_cast<const char*>(marker->data),
                                   marker->data_length);
    const int orientation = exif_orientation(segment);
    if (orientation != 1) return orientation;
  }
  return 1;
}

void write_rows(jpeg_compress_struct& codec, const ConstImageRef& image) {
  codec.image_width = image.shape.width;
  codec.image_height = image.shape.height;
  codec.input_components = image.shape.channels;
  codec.in_color_space = image.shape.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, kQuality, TRUE);
  codec.comp_info[0].h_samp_factor = 1;  // colour at full resolution: a filter's result is data
  codec.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&codec, TRUE);
  for (int64_t y = 0; y < image.shape.height; ++y) {
    // libjpeg's signature lacks the const, its code has it.
    auto* row = reinterpret_cast<JSAMPLE*>(const_cast<std::byte*>(row_of(image, y)));
    jpeg_write_scanlines(&codec, &row, 1);
  }
  jpeg_finish_compress(&codec);
}

}  // namespace

AnyImage read_jpeg(const InputFile& file) {
  Reader reader;
  jpeg_decompress_struct& codec = reader.codec;
  codec.err = make_manager(reader.error);
  reader.progress.progress_monitor = on_progress;
  const auto check = [&](bool is_done) {
    if (!is_done) fail(file.path(), "JPEG is truncated or corrupt: {}", reader.error.message);
  };
  check(completes(reader.error, [&] {
    jpeg_create_decompress(&codec);
    codec.progress = &reader.progress;
    jpeg_stdio_src(&codec, file.stream());
    jpeg_save_markers(&codec, JPEG_APP0 + 1, kMaxSegmentBytes);
    jpeg_read_header(&codec, TRUE);
  }));
  AnyImage image(SampleType::u8, shape_of(file, codec));
  image.set_orientation(orientation_of(codec));
  check(completes(reader.error, [&] {
    jpeg_start_decompress(&codec);
    while (codec.output_scanline < codec.output_height) {
      auto* row = reinterpret_cast<JSAMPLE*>(image.row(codec.output_scanline));
      jpeg_read_scanlines(&codec, &row, 1);
    }
    jpeg_finish_decompress(&codec);
  }));
  return image;
}

void write_jpeg(OutputFile& file, const ConstImageRef& image) {
  Writer writer;
  writer.codec.err = make_manager(writer.error);
  const bool is_done = completes(writer.error, [&] {
    jpeg_create_compress(&writer.codec);
    jpeg_stdio_dest(&writer.codec, file.stream());
    write_rows(writer.codec, image);
  });
  if (is_done) return;
  const bool is_system = std::ferror(file.stream()) && writer.error.system_error != 0;
  fail(file.path(), "cannot be written: {}",
       is_system ? std::strerror(writer.error.system_error) : writer.error.message);
}

}  // namespace sepconv::io
