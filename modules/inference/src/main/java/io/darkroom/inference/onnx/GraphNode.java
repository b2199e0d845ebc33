package io.darkroom.inference.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A node of a graph: what it does with which values (NodeProto).
 *
 * @param type {@code MatMul}, {@code Gather}, ...
 * @param name the exporter's, which is the path of the module that it traced
 */
record GraphNode(String type, String name, List<String> inputs, List<String> outputs) {
    static final int INPUT = 1;
    static final int OUTPUT = 2;
    static final int NAME = 3;
    static final int TYPE = 4;
    static final int ATTRIBUTE = 5;
    private static final int NAME_BYTES = 4096;

    static GraphNode of(WireReader node) {
        String type = "";
        String name = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        while (node.next()) {
            if (node.is(INPUT, WireReader.BYTES)) {
                inputs.add(node.string(NAME_BYTES));
            } else if (node.is(OUTPUT, WireReader.BYTES)) {
                outputs.add(node.string(NAME_BYTES));
            } else if (node.is(NAME, WireReader.BYTES)) {
                name = node.string(NAME_BYTES);
            } else if (node.is(TYPE, WireReader.BYTES)) {
                type = node.string(NAME_BYTES);
            }
        }
        return new GraphNode(type, name, List.copyOf(inputs), List.copyOf(outputs));
    }

    /** A whole-number attribute of a node. */
    static OptionalLong number(WireReader node, String attribute) {
        while (node.next()) {
            if (node.is(ATTRIBUTE, WireReader.BYTES)) {
                WireReader fields = node.message();
                String name = "";
                long value = 0;
                while (fields.next()) {
                    if (fields.is(1, WireReader.BYTES)) {
                        name = fields.string(NAME_BYTES);
                    } else if (fields.is(3, WireReader.VARINT)) {
                        value = fields.varint();
                    }
                }
                if (name.equals(attribute)) {
                    return OptionalLong.of(value);
                }
            }
        }
        return OptionalLong.empty();
    }

    /** A node without attributes. */
    static WireWriter made(String type, String output, String... inputs) {
        WireWriter node = new WireWriter();
        for (String input : inputs) {
            node.text(INPUT, input);
        }
        return node.text(OUTPUT, output).text(NAME, output).text(TYPE, type);
    }

    /** The node as it stands in the file, with another first input. */
    static WireWriter withFirstInput(WireReader node, String input) {
        WireWriter changed = new WireWriter().text(INPUT, input);
        boolean first = true;
        while (node.next()) {
            if (first && node.is(INPUT, WireReader.BYTES)) {
                first = false;
            } else {
                changed.copy(node.wholeField());
            }
        }
        return changed;
    }
}
