// Chains of convolutions by oneDNN, and training steps, every tensor in the layout that it prefers.
// Input and weights are brought into it beforehand; what a call takes is the convolutions, and
// reorders between them where they prefer different layouts. Loaded by onednn_peer.py.
#include <omp.h>

#include <exception>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using dnnl::memory;
using Format = memory::format_tag;

// As in onednn_peer.py.
struct StageRequest {
  int outputs, inputs, groups, is_linear;
  int kernel[2], strides[2], dilation[2], before[2], after[2];
  const float* weights;
  const float* bias;
};

struct Step {
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
};

// What was computed, and the layout in which it is read.
struct Result {
  memory values;
  Format format;
};

struct Chain {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  int threads;
  std::vector<Step> steps;
  std::vector<Result> results;
};

std::string last_error;

memory::dims pair(const int* values) { return {values[0], values[1]}; }

// A tensor in any layout, as far as a primitive's description goes.
memory::desc any_layout(const memory::dims& dims) {
  return {dims, memory::data_type::f32, Format::any};
}

memory user_memory(const Chain& chain, const memory::dims& dims, Format format, const void* data) {
  return {{dims, memory::data_type::f32, format}, chain.engine, const_cast<void*>(data)};
}

// A copy in another layout, made now.
memory in_layout(Chain& chain, memory from, const memory::desc& layout) {
  memory to(layout, chain.engine);
  dnnl::reorder(from, to).execute(chain.stream, from, to);
  chain.stream.wait();
  return to;
}

memory::dims weight_dims(const StageRequest& stage) {
  const memory::dim groups = stage.groups;
  const memory::dim outputs = stage.outputs / groups, inputs = stage.inputs / groups;
  if (groups == 1) return {outputs, inputs, stage.kernel[0], stage.kernel[1]};
  return {groups, outputs, inputs, stage.kernel[0], stage.kernel[1]};
}

memory::dims dims_after(const memory::dims& dims, const StageRequest& stage) {
  memory::dims after = {dims[0], stage.outputs, 0, 0};
  for (int axis = 0; axis < 2; ++axis) {
    const int extent = (stage.kernel[axis] - 1) * stage.dilation[axis] + 1;
    const memory::dim size = dims[2 + axis] + stage.before[axis] + stage.after[axis];
    after[2 + axis] = (size - extent) / stage.strides[axis] + 1;
  }
  return after;
}

using Convolution = dnnl::convolution_forward;
using WeightsBackward = dnnl::convolution_backward_weights;
using DataBackward = dnnl::convolution_backward_data;
constexpr auto kDirect = dnnl::algorithm::convolution_direct;
constexpr float kLow = 0.0f, kHigh = 6.0f;  // ReLU6

memory::dims holes(const StageRequest& stage) {
  return {stage.dilation[0] - 1, stage.dilation[1] - 1};
}

memory::desc bias_layout(const StageRequest& stage) {
  return {{stage.outputs}, memory::data_type::f32, Format::a};
}

Format weight_format(const StageRequest& stage) {
  return stage.groups == 1 ? Format::oihw : Format::goihw;
}

Convolution::primitive_desc describe(const Chain& chain, const StageRequest& stage,
                                     const memory::dims& dims, const memory* added) {
  dnnl::post_ops after;
  if (!stage.is_linear) after.append_eltwise(dnnl::algorithm::eltwise_clip_v2, kLow, kHigh);
  if (added) after.append_binary(dnnl::algorithm::binary_add, added->get_desc());
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  return {chain.engine,
          dnnl::prop_kind::forward_training,
          kDirect,
          any_layout(dims),
          any_layout(weight_dims(stage)),
          bias_layout(stage),
          any_layout(dims_after(dims, stage)),
          pair(stage.strides),
          holes(stage),
          pair(stage.before),
          pair(stage.after),
          attributes};
}

// The map in the layout that a stage reads: reordered in each call, or once if it is the input.
memory brought(Chain& chain, memory map, const memory::desc& layout, bool is_input) {
  if (map.get_desc() == layout) return map;
  if (is_input) return in_layout(chain, map, layout);
  memory to(layout, chain.engine);
  chain.steps.push_back({dnnl::reorder(map, to), {{DNNL_ARG_FROM, map}, {DNNL_ARG_TO, to}}});
  return to;
}

// Appends a stage that reads map; `added` joins its output.
memory append(Chain& chain, const StageRequest& stage, memory map, bool is_input,
              const memory* added) {
  const auto description = describe(chain, stage, map.get_desc().get_dims(), added);
  const memory weights =
      user_memory(chain, weight_dims(stage), weight_format(stage), stage.weights);
  const memory source = brought(chain, map, description.src_desc(), is_input);
  const memory out(description.dst_desc(), chain.engine);
  Step step{Convolution(description),
            {{DNNL_ARG_SRC, source},
             {DNNL_ARG_WEIGHTS, in_layout(chain, weights, description.weights_desc())},
             {DNNL_ARG_BIAS, user_memory(chain, {stage.outputs}, Format::a, stage.bias)},
             {DNNL_ARG_DST, out}}};
  if (added) {
    const int place = stage.is_linear ? 0 : 1;
    step.arguments[DNNL_ARG_ATTR_MULTIPLE_POST_OP(place) | DNNL_ARG_SRC_1] = *added;
  }
  chain.steps.push_back(std::move(step));
  return out;
}

// Appends the gradient before ReLU6, from that behind it and from its output.
memory append_mask(Chain& chain, memory gradient, const memory& output) {
  constexpr auto kKind = dnnl::algorithm::eltwise_clip_v2_use_dst_for_bwd;
  const memory::desc layout = output.get_desc();
  const memory read = brought(chain, gradient, layout, false);
  const dnnl::eltwise_forward::primitive_desc forward(
      chain.engine, dnnl::prop_kind::forward_training, kKind, layout, layout, kLow, kHigh);
  const dnnl::eltwise_backward::primitive_desc backward(chain.engine, kKind, layout, layout, layout,
                                                        kLow, kHigh, forward);
  const memory out(layout, chain.engine);
  chain.steps.push_back(
      {dnnl::eltwise_backward(backward),
       {{DNNL_ARG_DST, output}, {DNNL_ARG_DIFF_DST, read}, {DNNL_ARG_DIFF_SRC, out}}});
  return out;
}

// Appends the gradients in weights and bias of a stage that read map.
std::vector<Result> append_weights(Chain& chain, const StageRequest& stage, memory map,
                                   memory gradient) {
  const memory::dims dims = map.get_desc().get_dims();
  const WeightsBackward::primitive_desc backward(
      chain.engine, kDirect, any_layout(dims), any_layout(weight_dims(stage)), bias_layout(stage),
      any_layout(dims_after(dims, stage)), pair(stage.strides), holes(stage), pair(stage.before),
      pair(stage.after), describe(chain, stage, dims, nullptr));
  const memory source = brought(chain, map, backward.src_desc(), false);
  const memory read = brought(chain, gradient, backward.diff_dst_desc(), false);
  const memory weights(backward.diff_weights_desc(), chain.engine);
  const memory bias(bias_layout(stage), chain.engine);
  chain.steps.push_back({WeightsBackward(backward),
                         {{DNNL_ARG_SRC, source},
                          {DNNL_ARG_DIFF_DST, read},
                          {DNNL_ARG_DIFF_WEIGHTS, weights},
                          {DNNL_ARG_DIFF_BIAS, bias}}});
  return {{weights, weight_format(stage)}, {bias, Format::a}};
}

// Appends the gradient in what a stage read, a map of these dims.
memory append_data(Chain& chain, const StageRequest& stage, const memory::dims& dims,
                   memory gradient) {
  const DataBackward::primitive_desc backward(
      chain.engine, kDirect, any_layout(dims), any_layout(weight_dims(stage)),
      any_layout(dims_after(dims, stage)), pair(stage.strides), holes(stage), pair(stage.before),
      pair(stage.after), describe(chain, stage, dims, nullptr));
  const memory weights =
      user_memory(chain, weight_dims(stage), weight_format(stage), stage.weights);
  const memory read = brought(chain, gradient, backward.diff_dst_desc(), false);
  const memory out(backward.diff_src_desc(), chain.engine);
  chain.steps.push_back({DataBackward(backward),
                         {{DNNL_ARG_DIFF_DST, read},
                          {DNNL_ARG_WEIGHTS, in_layout(chain, weights, backward.weights_desc())},
                          {DNNL_ARG_DIFF_SRC, out}}});
  return out;
}

}  // namespace

// A training step of two stages with ReLU6, gy being the gradient in their output: y, and gradients
// in x, in the weights of both stages, and in both biases. Null where it fails.
extern "C" Chain* shim_make_training(const StageRequest* stages, const int* shape, int threads,
                                     const float* x, const float* gy) {
  try {
    omp_set_num_threads(threads);
    auto chain = std::make_unique<Chain>();
    chain->threads = threads;
    const memory::dims dims = {shape[0], shape[3], shape[1], shape[2]};
    const memory given = user_memory(*chain, dims, Format::nhwc, x);
    const memory between = append(*chain, stages[0], given, true, nullptr);
    const memory input = chain->steps.back().arguments.at(DNNL_ARG_SRC);
    const memory y = append(*chain, stages[1], between, false, nullptr);
    const memory given_gy = user_memory(*chain, y.get_desc().get_dims(), Format::nhwc, gy);
    const memory last = append_mask(*chain, in_layout(*chain, given_gy, y.get_desc()), y);
    const auto mix = append_weights(*chain, stages[1], between, last);
    const memory behind = append_data(*chain, stages[1], between.get_desc().get_dims(), last);
    const memory first = append_mask(*chain, behind, between);
    const auto taps = append_weights(*chain, stages[0], input, first);
    const memory gx = append_data(*chain, stages[0], dims, first);
    chain->results = {{y, Format::nhwc}, {gx, Format::nhwc}, taps[0], mix[0], taps[1], mix[1]};
    return chain.release();
  } catch (const std::exception& error) {
    last_error = error.what();
    return nullptr;
  }
}

// Stages on x [batch, height, width, channels], or null; then shim_error() says why.
extern "C" Chain* shim_make(const StageRequest* stages, int count, const int* shape,
                            bool adds_input, int threads, const float* x) {
  try {
    omp_set_num_threads(threads);
    auto chain = std::make_unique<Chain>();
    chain->threads = threads;
    const memory::dims dims = {shape[0], shape[3], shape[1], shape[2]};
    memory map = user_memory(*chain, dims, Format::nhwc, x);
    memory input;
    for (int i = 0; i < count; ++i) {
      const bool adds = adds_input && i + 1 == count;
      map = append(*chain, stages[i], map, i == 0, adds ? &input : nullptr);
      if (i == 0) input = chain->steps.back().arguments.at(DNNL_ARG_SRC);
    }
    chain->results = {{map, Format::nhwc}};
    return chain.release();
  } catch (const std::exception& error) {
    last_error = error.what();
    return nullptr;
  }
}

extern "C" const char* shim_error() { return last_error.c_str(); }

// False where it failed; then shim_error() says why.
extern "C" bool shim_run(Chain* chain) {
  try {
    omp_set_num_threads(chain->threads);
    for (const Step& step : chain->steps) step.primitive.execute(chain->stream, step.arguments);
    chain->stream.wait();
    return true;
  } catch (const std::exception& error) {
    last_error = error.what();
    return false;
  }
}

// A result: maps in NHWC, weights as they were given.
extern "C" void shim_read(Chain* chain, int number, float* out) {
  auto& [values, format] = chain->results.at(number);
  memory to = user_memory(*chain, values.get_desc().get_dims(), format, out);
  dnnl::reorder(values, to).execute(chain->stream, values, to);
  chain->stream.wait();
}

extern "C" void shim_free(Chain* chain) { delete chain; }

extern "C" const char* shim_version() {
  static const std::string text = [] {
    const dnnl_version_t& version = *dnnl::version();
    return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
           std::to_string(version.patch);
  }();
  return text.c_str();
}
