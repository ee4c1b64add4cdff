// Rewrites of graphs before they are planned: the same answers from fewer nodes.
#pragma once

#include "network/graph/graph.h"

namespace sepconv::network {

/// All rewrites below, in their order.
/// errors     ModelError naming a node whose constants do not fit
void fuse(Graph& graph);

/// What is made of constants alone becomes constants.
void fold_constants(Graph& graph);

/// Hard-swish, swish and GELU spelt as products become one node each, on any spelling.
void find_activations(Graph& graph);

/// Convolutions with constant weights become layers of one stage, which take in the
/// normalisations, constant factors, constant terms and activations that follow.
void make_layers(Graph& graph);

/// Layers that follow each other become one where that saves a map in memory: depthwise > pointwise
/// and pointwise > depthwise > pointwise, with the input added. And
/// sums take in the Relu that follows.
void join_layers(Graph& graph);

}  // namespace sepconv::network
