// Photographs as inputs of networks.
#pragma once

#include <array>
#include <string>

#include "sepconv/image.h"
#include "sepconv/nd_array.h"

namespace sepconv {

/// How a photograph becomes the input of a network: its middle, resized, each level as
/// (level - mean) / deviation, levels from 0 to 255.
struct PhotoOptions {
  double part = 224.0 / 256;  // of the photograph's shorter side that the input shows
  bool cubic = false;  // bicubic, else bilinear; as wide as an output stands for if it shrinks
  std::array<float, 3> mean = {123.675f, 116.28f, 103.53f};
  std::array<float, 3> deviation = {58.395f, 57.12f, 57.375f};
};

/// "imagenet": as torchvision's networks have it, the default. "tf": bicubic, levels from -1 to 1.
/// errors     InvalidArgument: another name
PhotoOptions photo_options(const std::string& preset);

/// A photograph as an input of shape [1, 3, height, width] or [1, height, width, 3]; sizes of -1
/// are 1 and 224.
/// types      u8 or u16, grey or colour, alpha left out
/// errors     InvalidArgument: another type, number of channels or shape
/// source     Pillow's resize, whose answers it has within a level's rounding
NdArray photo_input(const ConstImageRef& photo, NdShape shape, const PhotoOptions& options = {});

}  // namespace sepconv
