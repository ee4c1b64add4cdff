// The one thing that this room needs to know of Exif: which way up a photograph is.
#pragma once

#include <string_view>

namespace sepconv::io {

/// The orientation, 1 to 8 in TIFF's numbers, that a JPEG's APP1 segment states; 1 where it states
/// none or is damaged.
/// source     Exif 2.3, 4.5.4 and 4.6.4: a TIFF directory behind "Exif" and two zeros
int exif_orientation(std::string_view segment);

}  // namespace sepconv::io
