// Products of matrices: with constants as pointwise layers, of two that vary by Eigen.
#include <Eigen/Core>
#include <algorithm>
#include <memory>

#include "network/ops/pointwise/broadcast.h"
#include "network/ops/sums/families.h"
#include "network/ops/sums/stage.h"

namespace sepconv::network {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
using ConstMatrix = Eigen::Map<const Matrix, Eigen::Unaligned, Strides>;

// A matrix of rows x columns in memory, perhaps transposed.
struct Shape2 {
  int64_t rows = 1, columns = 1;
  bool is_transposed = false;

  ConstMatrix map(const float* data) const {
    return is_transposed ? ConstMatrix(data, rows, columns, Strides(1, rows))
                         : ConstMatrix(data, rows, columns, Strides(columns, 1));
  }
  float at(const float* data, int64_t row, int64_t column) const {
    return data[is_transposed ? column * rows + row : row * columns + column];
  }
};

void check_f32(const Request& request) {
  for (size_t i = 0; i < request.input_count(); ++i) {
    require(!request.has_input(i) || request.spec(i).type == ElementType::f32,
            "input {} is {}; expected f32", i, sepconv::name(request.spec(i).type));
  }
}

// a * b + bias as a pointwise layer: rows are its positions.
Prepared constant_product(const Shape2& a, const Shape2& b, const NdArray& values,
                          std::vector<float> bias) {
  std::vector<float> weights;
  for (int64_t o = 0; o < b.columns; ++o) {
    for (int64_t i = 0; i < b.rows; ++i) weights.push_back(b.at(values.as<float>(), i, o));
  }
  const TensorShape in{1, 1, a.rows, a.columns};
  TensorStrides from = packed_strides(in, TensorLayout::nhwc);
  if (a.is_transposed) from = {0, 0, 1, a.rows};
  auto plan = std::make_shared<const LayerPlan>(
      in, std::vector{conv2d(std::move(weights), b.columns, {}, {.bias = std::move(bias)})});
  Prepared prepared;
  describe_layer(*plan, prepared);
  prepared.kernel = [plan, from](const Operands& operands) {
    const TensorStrides to = packed_strides(plan->out_shape(), TensorLayout::nhwc);
    plan->run({operands.in[0], SampleType::f32, plan->in_shape(), from},
              {operands.out[0], SampleType::f32, plan->out_shape(), to}, operands.context);
  };
  return prepared;
}

// Gemm's operands: y = alpha a b + beta c.
struct Gemm {
  Shape2 a, b;
  float alpha = 1, beta = 1;
  Spec out;
};

Shape2 gemm_operand(const Request& request, size_t i, const char* transposes) {
  const NdShape& shape = request.spec(i).shape;
  require(shape.size() == 2, "input {} is {}; expected a matrix", i, to_string(shape));
  if (request.integer(transposes, 0) != 0) return {shape[1], shape[0], true};
  return {shape[0], shape[1], false};
}

// Whether b, and c as one value a column, can be a layer's weights and bias.
bool is_layer(const Request& request, const Gemm& gemm) {
  if (!request.input(1).constant || gemm.alpha != 1 || gemm.beta != 1) return false;
  if (gemm.a.rows == 0 || gemm.a.columns == 0 || gemm.b.columns == 0) return false;
  if (!request.has_input(2)) return true;
  const NdShape& c = request.spec(2).shape;
  return request.input(2).constant && !c.empty() && c.back() == gemm.b.columns &&
         element_count(c) == c.back();
}

void run_gemm(const Gemm& gemm, const Spec* c, const Operands& operands) {
  Eigen::Map<Matrix> out(operands.output<float>(), gemm.a.rows, gemm.b.columns);
  out.noalias() =
      gemm.alpha * gemm.a.map(operands.input<float>(0)) * gemm.b.map(operands.input<float>(1));
  if (c == nullptr) return;
  const float beta = gemm.beta;
  combine(walk_of(gemm.out, *c, gemm.out), operands.output<float>(), operands.input<float>(2),
          operands.output<float>(), [beta](float sum, float added) { return sum + beta * added; });
}

// MatMul's operands as matrices, and where each product's are.
struct Products {
  Shape2 a, b;
  Spec out;
  BroadcastWalk walk;  // over the batch, in matrices
};

// The axes before a matrix's; vectors become matrices first.
Spec batch_of(const NdShape& shape) {
  return {ElementType::f32, NdShape(shape.begin(), shape.end() - 2)};
}

Products products_of(NdShape a, NdShape b) {
  require(!a.empty() && !b.empty(), "a scalar; expected vectors or matrices");
  const bool is_row = a.size() == 1, is_column = b.size() == 1;
  if (is_row) a.insert(a.begin(), 1);
  if (is_column) b.push_back(1);
  Products products{{a[a.size() - 2], a.back()}, {b[b.size() - 2], b.back()}, {}, {}};
  require(products.a.columns == products.b.rows, "{} times {}: {} columns and {} rows",
          to_string(a), to_string(b), products.a.columns, products.b.rows);
  const Spec batch_a = batch_of(a), batch_b = batch_of(b);
  const Spec batch = broadcast_spec(batch_a, batch_b);
  products.walk = walk_of(batch_a, batch_b, batch);
  products.out.shape = batch.shape;
  if (!is_row) products.out.shape.push_back(products.a.rows);
  if (!is_column) products.out.shape.push_back(products.b.columns);
  return products;
}

void run_products(const Products& products, const Operands& operands) {
  const int64_t size_a = products.a.rows * products.a.columns;
  const int64_t size_b = products.b.rows * products.b.columns;
  const int64_t size_out = products.a.rows * products.b.columns;
  const BroadcastWalk::Axis& row = products.walk.axes.back();
  for_each_row(products.walk, [&](int64_t a, int64_t b, int64_t done) {
    for (int64_t i = 0; i < row.size; ++i) {
      const float* left = operands.input<float>(0) + (a + i * row.strides[0]) * size_a;
      const float* right = operands.input<float>(1) + (b + i * row.strides[1]) * size_b;
      Eigen::Map<Matrix> out(operands.output<float>() + (done + i) * size_out, products.a.rows,
                             products.b.columns);
      out.noalias() = products.a.map(left) * products.b.map(right);
    }
  });
}

}  // namespace

Prepared prepare_gemm(const Request& request) {
  check_f32(request);
  Gemm gemm{gemm_operand(request, 0, "transA"),
            gemm_operand(request, 1, "transB"),
            request.number("alpha", 1),
            request.number("beta", 1),
            {}};
  require(gemm.a.columns == gemm.b.rows, "{} columns times {} rows", gemm.a.columns, gemm.b.rows);
  gemm.out.shape = {gemm.a.rows, gemm.b.columns};
  if (is_layer(request, gemm)) {
    std::vector<float> bias = request.has_input(2) ? request.floats(2) : std::vector<float>{};
    Prepared prepared = constant_product(gemm.a, gemm.b, request.values(1), std::move(bias));
    prepared.out = {gemm.out};
    return prepared;
  }
  if (!request.has_input(2)) {
    return {.out = {gemm.out},
            .kernel = [gemm](const Operands& operands) { run_gemm(gemm, nullptr, operands); }};
  }
  const Spec c = request.spec(2);
  require(broadcast_shape(c.shape, gemm.out.shape) == gemm.out.shape, "c is {}; the product is {}",
          to_string(c.shape), to_string(gemm.out.shape));
  return {.out = {gemm.out},
          .kernel = [gemm, c](const Operands& operands) { run_gemm(gemm, &c, operands); }};
}

Prepared prepare_matmul(const Request& request) {
  check_f32(request);
  const NdShape& a = request.spec(0).shape;
  Products products = products_of(a, request.spec(1).shape);
  const int64_t rows = products.a.columns == 0 ? 0 : element_count(a) / products.a.columns;
  const bool is_matrix = request.spec(1).shape.size() == 2;
  if (is_matrix && request.input(1).constant && rows > 0 && products.b.columns > 0) {
    const Shape2 all{rows, products.a.columns};
    Prepared prepared = constant_product(all, products.b, request.values(1), {});
    prepared.out = {products.out};
    return prepared;
  }
  return {.out = {products.out},
          .kernel = [products](const Operands& operands) { run_products(products, operands); }};
}

}  // namespace sepconv::network
