package io.darkroom.inference.onnx;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a CLIP text encoder's graph looks up its tokens. Usually that is one table, {@code [vocabulary, width]}. The project's
 * exporter writes two for a table of which few rows are not zero: for each token the number of a row, {@code [vocabulary]}, and
 * these rows. Either may be stored in fewer bits beside a node that gives it its name.
 *
 * @param ids what the tokens' ids are looked up in
 * @param vectors what gives embeddings; the same where there is one table
 * @param vocabulary how many tokens there are
 * @param width of an embedding
 * @param elementType of embeddings in the graph, by ONNX's number
 */
record EmbeddingTable(String ids, String vectors, long vocabulary, long width, long elementType) {
    private static final String WHOLE = "token_embedding.weight";
    private static final String ROW_OF_TOKEN = "token_embedding.rows";
    private static final String ROWS = "token_embedding.table";

    /** What {@code --weights fp16} adds to a name; float32 is made of it again. */
    private static final String HALF = ".half";

    private static final long FLOAT = 1;

    static Optional<EmbeddingTable> find(MemorySegment model) {
        Map<String, List<Long>> shapes = Initializers.shapes(Initializers.graph(model));
        return named(shapes, WHOLE, 2)
                .map(whole -> of(model, whole, whole, shapes))
                .or(() -> named(shapes, ROW_OF_TOKEN, 1)
                        .flatMap(
                                rowOfToken -> named(shapes, ROWS, 2).map(rows -> of(model, rowOfToken, rows, shapes))));
    }

    private static Optional<String> named(Map<String, List<Long>> shapes, String name, int dimensions) {
        return Stream.of(name, name + HALF)
                .flatMap(ending -> shapes.entrySet().stream()
                        .filter(entry -> entry.getKey().endsWith(ending))
                        .filter(entry -> entry.getValue().size() == dimensions)
                        .map(Map.Entry::getKey))
                .findFirst();
    }

    private static EmbeddingTable of(MemorySegment model, String ids, String vectors, Map<String, List<Long>> shapes) {
        boolean half = vectors.endsWith(HALF);
        return new EmbeddingTable(
                inGraph(ids),
                inGraph(vectors),
                shapes.get(ids).getFirst(),
                shapes.get(vectors).getLast(),
                half ? FLOAT : Initializers.elementType(Initializers.graph(model), vectors));
    }

    private static String inGraph(String stored) {
        return stored.endsWith(HALF) ? stored.substring(0, stored.length() - HALF.length()) : stored;
    }
}
