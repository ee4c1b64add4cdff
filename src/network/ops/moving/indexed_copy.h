// Copies in which every output element comes from the sum of one offset an axis: transposes,
// slices, stretching, padding, gathering, and resizing to the nearest.
#pragma once

#include <cstdint>
#include <vector>

#include "network/ops/operator.h"

namespace sepconv::network {

/// No element: the filling instead.
inline constexpr int64_t kFilled = INT64_MIN;

/// The longest axis: what a small file claims must not take much memory before it is refused.
inline constexpr int64_t kMostOffsets = int64_t{1} << 24;

/// For every axis of the output, where along the input each index reads, in elements.
using AxisOffsets = std::vector<std::vector<int64_t>>;

/// Steps between neighbours along each axis of a packed array.
std::vector<int64_t> packed_strides(const NdShape& shape);

/// 0, stride, 2 stride, ...: an axis as it is.
std::vector<int64_t> even_offsets(int64_t size, int64_t stride);

/// Offsets that read an array as it is; its axes may then be replaced.
AxisOffsets identity_offsets(const NdShape& shape);

/// The kernel that reads input 0, and fills with the first element of input filling, or zeros.
Kernel copy_kernel(AxisOffsets offsets, ElementType type, int filling = -1);

/// The kernel that puts a plain array into channels_last, or the other way round.
Kernel layout_kernel(const Spec& from, Layout to);

}  // namespace sepconv::network
