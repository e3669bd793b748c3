package io.github.calib8.quantization;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The cheapest way to part the vertices of a graph into two sides, where each edge from the first
 * side to the second one costs its capacity.
 *
 * <p>Dinic's algorithm; without recursion, since graphs are deeper than Java's stack likes. Not
 * thread-safe.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Dinic%27s_algorithm">Dinic's algorithm</a>
 */
final class MinimumCut {
  static final int FIRST = 0;
  static final int SECOND = 1;

  /** More than all costs together. */
  static final long NEVER = Long.MAX_VALUE / 4;

  private final List<List<Edge>> edges = new ArrayList<>();

  private static final class Edge {
    private final int to;
    private final int back;
    private long left;

    private Edge(int to, int back, long left) {
      this.to = to;
      this.back = back;
      this.left = left;
    }
  }

  MinimumCut() {
    vertex();
    vertex();
  }

  /** Adds a vertex. */
  int vertex() {
    edges.add(new ArrayList<>());
    return edges.size() - 1;
  }

  /** Makes it cost something that {@code from} is on the first side and {@code to} on the other. */
  void edge(int from, int to, long cost) {
    if (from == to || cost <= 0) {
      return;
    }
    edges.get(from).add(new Edge(to, edges.get(to).size(), cost));
    edges.get(to).add(new Edge(from, edges.get(from).size() - 1, 0));
  }

  /** Which vertices are on the first side, by number. */
  boolean[] firstSide() {
    int[] levels = levels();
    while (levels[SECOND] >= 0) {
      augment(levels);
      levels = levels();
    }
    boolean[] first = new boolean[levels.length];
    for (int v = 0; v < first.length; v++) {
      first[v] = levels[v] >= 0;
    }
    return first;
  }

  /** Steps from the first side along edges with something left; -1 where there is no way. */
  private int[] levels() {
    int[] levels = new int[edges.size()];
    Arrays.fill(levels, -1);
    levels[FIRST] = 0;
    Deque<Integer> open = new ArrayDeque<>(List.of(FIRST));
    while (!open.isEmpty()) {
      int vertex = open.remove();
      for (Edge edge : edges.get(vertex)) {
        if (edge.left > 0 && levels[edge.to] < 0) {
          levels[edge.to] = levels[vertex] + 1;
          open.add(edge.to);
        }
      }
    }
    return levels;
  }

  /** Fills all shortest ways. */
  private void augment(int[] levels) {
    int[] next = new int[edges.size()];
    List<Edge> way = new ArrayList<>();
    int vertex = FIRST;
    while (true) {
      if (vertex == SECOND) {
        long flow = way.stream().mapToLong(edge -> edge.left).min().orElseThrow();
        for (Edge edge : way) {
          edge.left -= flow;
          edges.get(edge.to).get(edge.back).left += flow;
        }
        way.clear();
        vertex = FIRST;
      } else if (next[vertex] < edges.get(vertex).size()) {
        Edge edge = edges.get(vertex).get(next[vertex]);
        if (edge.left > 0 && levels[edge.to] == levels[vertex] + 1) {
          way.add(edge);
          vertex = edge.to;
        } else {
          next[vertex]++;
        }
      } else if (vertex == FIRST) {
        return;
      } else {
        Edge last = way.remove(way.size() - 1);
        vertex = edges.get(last.to).get(last.back).to;
        next[vertex]++;
      }
    }
  }
}
