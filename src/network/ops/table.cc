// The operators that networks may have.
#include <algorithm>
#include <unordered_map>

#include "network/ops/moving/families.h"
#include "network/ops/operator.h"
#include "network/ops/pointwise/families.h"
#include "network/ops/sums/families.h"
#include "sepconv/operators.h"

namespace sepconv::network {
namespace {

const std::vector<Operator>& table() {
  using enum Layouts;
  static const std::vector<Operator> operators = {
      {"Add", prepare_add, {}, any},
      {"AveragePool", prepare_average_pool, {}, any},
      {"BatchNormalization", prepare_batch_normalization, {}, any},
      {"Cast", prepare_cast, {}, any},
      {"Clip", prepare_clip, {}, any},
      {"Concat", prepare_concat, {}, same},
      {"Constant", prepare_constant},
      {"ConstantOfShape", prepare_constant_of_shape, {0}},
      {"Conv", prepare_conv, {1, 2}, any},
      {"ConvTranspose", prepare_conv_transpose},
      {"Div", prepare_div, {}, any},
      {"Dropout", prepare_dropout, {2}, any},
      {"Erf", prepare_erf, {}, any},
      {"Exp", prepare_exp, {}, any},
      {"Expand", prepare_expand, {1}},
      {"Flatten", prepare_flatten},
      {"Gather", prepare_gather, {1}},
      {"Gelu", prepare_gelu, {}, any},
      {"Gemm", prepare_gemm},
      {"GlobalAveragePool", prepare_global_average_pool, {}, any},
      {"HardSigmoid", prepare_hard_sigmoid, {}, any},
      {"HardSwish", prepare_hard_swish, {}, any},
      {"Identity", prepare_identity, {}, any},
      {kLayer, prepare_layer, {}, any},
      {"LeakyRelu", prepare_leaky_relu, {}, any},
      {"MatMul", prepare_matmul},
      {"Max", prepare_max, {}, any},
      {"MaxPool", prepare_max_pool, {}, any},
      {"Min", prepare_min, {}, any},
      {"Mul", prepare_mul, {}, any},
      {"Neg", prepare_neg, {}, any},
      {"PRelu", prepare_prelu, {}, any},
      {"Pad", prepare_pad, {1, 3}},
      {"Pow", prepare_pow, {}, any},
      {"ReduceMean", prepare_reduce_mean, {1}},
      {"Relu", prepare_relu, {}, any},
      {"Reshape", prepare_reshape, {1}},
      {"Resize", prepare_resize, {1, 2, 3}, any},
      {"Shape", prepare_shape, {}, any},
      {"Sigmoid", prepare_sigmoid, {}, any},
      {"Slice", prepare_slice, {1, 2, 3, 4}},
      {"Softmax", prepare_softmax},
      {"Split", prepare_split, {1}, any},
      {"Sqrt", prepare_sqrt, {}, any},
      {"Squeeze", prepare_squeeze, {1}},
      {"Sub", prepare_sub, {}, any},
      {kSpread, prepare_spread, {}, any},
      {kSwish, prepare_swish, {}, any},
      {"Tanh", prepare_tanh, {}, any},
      {"Transpose", prepare_transpose, {}, any},
      {"Unsqueeze", prepare_unsqueeze, {1}},
      {"Upsample", prepare_resize, {1}, any},
  };
  return operators;
}

}  // namespace

const Operator* find_operator(const std::string& name) {
  static const auto* const by_name = [] {
    auto* names = new std::unordered_map<std::string, const Operator*>;
    for (const Operator& one : table()) names->emplace(one.name, &one);
    return names;
  }();
  const auto place = by_name->find(name);
  return place == by_name->end() ? nullptr : place->second;
}

}  // namespace sepconv::network

namespace sepconv {

std::vector<std::string> known_operators() {
  std::vector<std::string> names;
  for (const network::Operator& one : network::table()) {
    // Those with a dot are our own, made while networks are rewritten.
    if (std::string(one.name).find('.') == std::string::npos) names.emplace_back(one.name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace sepconv
