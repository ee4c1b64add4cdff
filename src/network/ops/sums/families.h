// Operators that sum: convolutions, pools, products, means; the table of table.cc names them.
#pragma once

#include "network/ops/operator.h"

namespace sepconv::network {

// conv.cc
Prepared prepare_conv(const Request& request);
Prepared prepare_layer(const Request& request);
Prepared prepare_spread(const Request& request);
Prepared prepare_batch_normalization(const Request& request);

// conv_transpose.cc
Prepared prepare_conv_transpose(const Request& request);

// pool.cc
Prepared prepare_average_pool(const Request& request);
Prepared prepare_max_pool(const Request& request);

// reduce.cc
Prepared prepare_global_average_pool(const Request& request);
Prepared prepare_reduce_mean(const Request& request);
Prepared prepare_softmax(const Request& request);

// product.cc
Prepared prepare_gemm(const Request& request);
Prepared prepare_matmul(const Request& request);

}  // namespace sepconv::network
