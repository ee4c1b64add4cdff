// Image files by name: PNG, JPEG and TIFF in and out. The front of this room; the CLI calls it.
#pragma once

#include <string>

#include "io/any_image.h"

namespace sepconv::io {

/// The most samples (width x height x channels) that are read from one file.
inline constexpr int64_t kMaxSamples = int64_t{1} << 31;

/// Reads an image; the type of file is known by its first bytes, not by its name.
/// types      PNG: u8, u16 (palettes and 1, 2, 4 bits become u8); JPEG: u8; TIFF: u8, u16, i16,
/// i32,
///            f32, f64, in strips or tiles, contiguous or planar, compressed as libtiff can
/// errors     FormatError "path: what was wrong": missing, not a file, empty, unknown, truncated,
///            corrupt, a size that the file cannot hold or that exceeds kMaxSamples
/// cost       memory: the samples, and one row, strip or tile as stored (JPEG in several scans:
///            two bytes a sample more)
AnyImage read_image(const std::string& path);

/// Writes an image in the format of the name's extension: .png, .jpg, .jpeg, .tif, .tiff. The file
/// appears only when complete; until then, and after a failure, an older one stays as it was.
/// types      as check_storable; channels 2 and 4 have alpha
/// errors     FormatError "path: what was wrong", before anything is written where the format
///            cannot hold the image
void write_image(const std::string& path, const ConstImageRef& image,
                 const ImageTraits& traits = {});

/// Whether write_image could store such an image at path, without touching the file.
/// types      PNG: u8, u16, 1 to 4 channels; JPEG: u8, 1 or 3 channels; TIFF: every type, 1 to 4
/// errors     FormatError, naming what the format can hold; InvalidArgument: a zero-size image
void check_storable(const std::string& path, SampleType type, const ImageShape& shape,
                    const ImageTraits& traits = {});

}  // namespace sepconv::io
