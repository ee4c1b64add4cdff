// How often this program has allocated with new: for tests of what runs allocate.
#pragma once

#include <cstdint>

namespace sepconv {

int64_t allocation_count();

}  // namespace sepconv
