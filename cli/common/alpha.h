// What `sepconv filter` does with alpha.
#pragma once

#include "io/any_image.h"
#include "sepconv/filter.h"

namespace sepconv::cli {

/// Whether any pixel is less than opaque. False for images without alpha.
bool has_transparency(const io::AnyImage& image);

/// Gives out the alpha of the pixels of in at roi. Between integer types alpha is scaled so that
/// opaque stays opaque; into floating types its value is kept.
void copy_alpha(const io::AnyImage& in, const Rect& roi, io::AnyImage& out);

}  // namespace sepconv::cli
