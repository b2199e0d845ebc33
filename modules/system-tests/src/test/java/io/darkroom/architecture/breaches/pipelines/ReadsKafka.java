package io.darkroom.architecture.breaches.pipelines;

import ai.onnxruntime.OrtSession;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Also runs a model past the device that owns it. */
public record ReadsKafka(ConsumerRecord<byte[], byte[]> record, OrtSession session) {}
