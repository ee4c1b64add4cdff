// Random chains of stages from a seed, for the tests of layers.
#pragma once

#include <random>
#include <vector>

#include "layer/geometry.h"
#include "sepconv/error.h"
#include "sepconv/layer.h"

namespace sepconv {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  int64_t up_to(int64_t most) { return static_cast<int64_t>(1 + engine_() % most); }
  std::vector<float> values(int64_t count) {
    std::uniform_real_distribution<float> between(-1, 1);
    std::vector<float> values(count);
    for (float& value : values) value = between(engine_);
    return values;
  }

 private:
  std::mt19937 engine_;
};

inline StageOptions random_options(Random& random, const Extent& kernel, int64_t channels) {
  StageOptions options;
  if (random.up_to(3) > 1) options.bias = random.values(channels);
  options.activation.kind = static_cast<ActivationKind>(random.up_to(10) - 1);
  options.activation.slopes = random.values(channels);
  if (kernel == Extent{}) return options;
  options.strides = {random.up_to(3), random.up_to(3)};
  options.dilation = {random.up_to(2), random.up_to(3)};
  const int64_t y = (kernel.height - 1) * options.dilation.height + 1;
  const int64_t x = (kernel.width - 1) * options.dilation.width + 1;
  switch (random.up_to(3)) {
    case 1:
      options.padding = Margins{random.up_to(y + 1) - 1, random.up_to(y + 1) - 1,
                                random.up_to(x + 1) - 1, random.up_to(x + 1) - 1};
      break;
    case 2:
      options.padding = Padding::valid;
      break;
    default:
      break;
  }
  return options;
}

// 1: depthwise with a multiplier, 2: ordinary, 3: grouped, else pointwise.
inline LayerStage random_stage(Random& random, int64_t channels) {
  const Extent kernel{random.up_to(5), random.up_to(5)};
  const int64_t area = kernel.height * kernel.width, kind = random.up_to(5);
  if (kind == 1) {
    const int64_t filters = channels * random.up_to(3);
    return depthwise_conv2d(random.values(filters * area), channels, kernel,
                            random_options(random, kernel, filters));
  }
  const int64_t groups = kind == 3 && channels % 2 == 0 ? 2 : 1;
  const int64_t filters = groups * random.up_to(34);
  const Extent sides = kind <= 3 ? kernel : Extent{};
  return conv2d(random.values(filters * channels / groups * sides.height * sides.width), filters,
                sides, random_options(random, sides, filters), groups);
}

struct Case {
  TensorShape in;
  std::vector<LayerStage> stages;
};

// A chain of one to three stages that leaves an output.
inline Case random_case(Random& random, const TensorShape& most = {3, 17, 40, 67}) {
  for (;;) {
    const TensorShape in{random.up_to(most.batch), random.up_to(most.height),
                         random.up_to(most.width), random.up_to(most.channels)};
    Case made{in, {}};
    int64_t channels = made.in.channels;
    for (int64_t s = random.up_to(3); s > 0; --s) {
      made.stages.push_back(random_stage(random, channels));
      channels = made.stages.back().out_channels;
    }
    try {
      const TensorShape out = checked_geometry(made.in, made.stages).back().out;
      made.stages.back().adds_input = out == made.in;
      return made;
    } catch (const InvalidArgument&) {  // no output left: another one
    }
  }
}

}  // namespace sepconv
