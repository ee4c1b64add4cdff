// Convolutions, and normalisations that stand alone.
#include <cmath>

#include "network/ops/sums/families.h"
#include "network/ops/sums/stage.h"

namespace sepconv::network {

Prepared prepare_conv(const Request& request) {
  return layer_on_map(request.spec(0), {conv_stage(request)});
}

Prepared prepare_layer(const Request& request) {
  const Spec& in = request.spec(0);
  return layer_on_map(in, chain_stages(request.node().stages, in));
}

Prepared prepare_batch_normalization(const Request& request) {
  const Spec& in = request.spec(0);
  require(in.type == ElementType::f32 && in.shape.size() >= 2,
          "input is {} {}; expected maps of f32", to_string(in.shape), sepconv::name(in.type));
  require(request.integer("training_mode", 0) == 0, "training_mode is set; expected inference");
  const int64_t channels = in.shape[1];
  for (size_t i = 1; i <= 4; ++i) {
    require(request.spec(i).type == in.type && element_count(request.spec(i).shape) == channels,
            "input {} is {}; expected {} of f32", i, to_string(request.spec(i).shape), channels);
  }
  // Rows of elements of one channel, or of one element of every channel.
  const bool is_last = in.layout == Layout::channels_last;
  int64_t inner = 1;
  for (size_t axis = 2; axis < in.shape.size(); ++axis) inner *= in.shape[axis];
  const int64_t rows = is_last ? in.shape[0] * inner : in.shape[0], row = is_last ? 1 : inner;
  const double epsilon = request.number("epsilon", 1e-5f);
  return {.out = {in}, .kernel = [=](const Operands& operands) {
            const float* from = operands.input<float>(0);
            float* to = operands.output<float>();
            for (int64_t r = 0; r < rows; ++r) {
              for (int64_t c = 0; c < channels; ++c, from += row, to += row) {
                const double scale =
                    operands.input<float>(1)[c] / std::sqrt(operands.input<float>(4)[c] + epsilon);
                const double shift =
                    operands.input<float>(2)[c] - operands.input<float>(3)[c] * scale;
                for (int64_t i = 0; i < row; ++i) {
                  to[i] = static_cast<float>(from[i] * scale + shift);
                }
              }
            }
          }};
}

}  // namespace sepconv::network
