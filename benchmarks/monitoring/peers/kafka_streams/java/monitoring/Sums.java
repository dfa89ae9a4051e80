package monitoring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The store of sums: project and month → amount in fen and number of vouchers; beside them how often a voucher was set aside. */
final class Sums {
    static final String NAME = "sums";
    private static final byte[] DUPLICATES = aside("duplicates"), CONFLICTS = aside("conflicts");

    private final KeyValueStore<byte[], byte[]> store;

    Sums(KeyValueStore<byte[], byte[]> store) {
        this.store = store;
    }

    void add(byte[] projectAndMonth, long amount) {
        byte[] known = store.get(projectAndMonth);
        ByteBuffer old = known == null ? null : ByteBuffer.wrap(known);
        long sum = old == null ? amount : old.getLong() + amount;
        long count = old == null ? 1 : old.getLong() + 1;
        store.put(projectAndMonth, ByteBuffer.allocate(2 * Long.BYTES).putLong(sum).putLong(count).array());
    }

    void duplicate() {
        add(DUPLICATES, 0);
    }

    void conflict() {
        add(CONFLICTS, 0);
    }

    /** What all partitions of this process's store come to. */
    static Total total(ReadOnlyKeyValueStore<byte[], byte[]> store) {
        long amount = 0, counted = 0, duplicates = 0, conflicts = 0;
        try (KeyValueIterator<byte[], byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<byte[], byte[]> entry = all.next();
                ByteBuffer value = ByteBuffer.wrap(entry.value);
                long sum = value.getLong(), count = value.getLong();
                if (java.util.Arrays.equals(entry.key, DUPLICATES)) {
                    duplicates += count;
                } else if (java.util.Arrays.equals(entry.key, CONFLICTS)) {
                    conflicts += count;
                } else {
                    amount += sum;
                    counted += count;
                }
            }
        }
        return new Total(counted, duplicates, conflicts, amount);
    }

    record Total(long counted, long duplicates, long conflicts, long amount) {}

    /** No project's code begins with a control character. */
    private static byte[] aside(String name) {
        return ('\u0001' + name).getBytes(StandardCharsets.UTF_8);
    }
}
