package monitoring;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** When the first record came, how many went through the last step, and how far it is in each partition that it reads. */
final class Progress {
    private final LongAdder done = new LongAdder();
    private final AtomicLongArray last;
    private volatile long began;

    Progress(int partitions) {
        last = new AtomicLongArray(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            last.set(partition, -1);
        }
    }

    void first() {
        if (began == 0) {
            synchronized (this) {
                began = began == 0 ? System.nanoTime() : began;
            }
        }
    }

    void done(ProcessorContext<?, ?> context) {
        RecordMetadata place = context.recordMetadata().orElseThrow();
        last.set(place.partition(), place.offset());
        done.increment();
    }

    long events() {
        return done.sum();
    }

    /** The offset of the last record that went through, −1 where none did. */
    long last(int partition) {
        return last.get(partition);
    }

    double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }
}
