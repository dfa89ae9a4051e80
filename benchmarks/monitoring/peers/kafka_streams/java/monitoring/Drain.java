package monitoring;

import static org.apache.kafka.streams.state.QueryableStoreTypes.keyValueStore;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Drains the execution stream with Kafka Streams, exactly_once_v2, from its first record to the commit of its last, and prints one line
 * of JSON: events, seconds, and the sums out of the stores.
 *
 * <p>Modes: {@code same-work} counts each voucher once by source, numbering year and number, whichever partition it stands on, for which
 * the stream must be repartitioned by that key; {@code by-partition} does the same without it, so that a voucher that comes back on
 * another partition counts twice; {@code fold} only folds sums by project and month.
 *
 * <p>Arguments: {@code --bootstrap HOST:PORT --topic NAME --mode MODE --state FOLDER [--commit-ms N]}
 */
public final class Drain {
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();
    private static final String BY_NUMBER = "by-number";

    private final Map<String, String> asked;
    private final Admin admin;
    private final String application;

    private Drain(Map<String, String> asked, Admin admin) {
        this.asked = asked;
        this.admin = admin;
        application = "drain-" + asked.get("mode") + "-" + ProcessHandle.current().pid() + "-" + System.currentTimeMillis();
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> asked = new HashMap<>();
        for (int place = 0; place < arguments.length; place += 2) {
            asked.put(arguments[place].substring(2), arguments[place + 1]);
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", asked.get("bootstrap")))) {
            System.out.println(new Drain(asked, admin).run());
        }
    }

    private String run() throws Exception {
        List<TopicPartition> partitions = new ArrayList<>();
        admin.describeTopics(List.of(asked.get("topic"))).allTopicNames().get().get(asked.get("topic")).partitions()
                .forEach(partition -> partitions.add(new TopicPartition(asked.get("topic"), partition.partition())));
        long events = endOf(partitions);
        Progress progress = new Progress(partitions.size());
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Topology topology = topology(progress, partitions.size());
        try (KafkaStreams streams = new KafkaStreams(topology, Tuning.properties(asked, application))) {
            streams.setUncaughtExceptionHandler(error -> {
                failure.set(error);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            while (progress.events() < events || !committed(progress, partitions.size())) {
                if (failure.get() != null) {
                    throw new IllegalStateException("Kafka Streams gave up", failure.get());
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
            double seconds = progress.seconds();
            var store = streams.store(StoreQueryParameters.fromNameAndType(Sums.NAME, keyValueStore()));
            @SuppressWarnings({"unchecked", "rawtypes"})
            Sums.Total total = Sums.total((org.apache.kafka.streams.state.ReadOnlyKeyValueStore) store);
            return report(progress.events(), seconds, total);
        } finally {
            removeTopics();
        }
    }

    private Topology topology(Progress progress, int partitions) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(store(Sums.NAME).withCachingEnabled());
        KStream<byte[], byte[]> vouchers = builder.stream(asked.get("topic"), Consumed.with(BYTES, BYTES));
        if (asked.get("mode").equals("fold")) {
            vouchers.process(() -> new Steps.Fold(progress), Sums.NAME);
            return builder.build();
        }
        builder.addStateStore(store(Steps.LEDGER).withCachingDisabled()); // a voucher is written once: a cache would only hold it longer
        KStream<byte[], byte[]> decoded = vouchers.process(() -> new Steps.Decode(progress));
        if (repartitioned()) {
            decoded = decoded.repartition(Repartitioned.with(BYTES, BYTES).withName(BY_NUMBER).withNumberOfPartitions(partitions));
        }
        decoded.process(() -> new Steps.CountOnce(progress), Steps.LEDGER, Sums.NAME);
        return builder.build();
    }

    private static StoreBuilder<?> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), BYTES, BYTES);
    }

    private boolean repartitioned() {
        return asked.get("mode").equals("same-work");
    }

    private long endOf(List<TopicPartition> partitions) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        return admin.listOffsets(latest).all().get().values().stream().mapToLong(found -> found.offset()).sum();
    }

    /** The group's committed offsets lie behind the last record of the last step, in every partition. */
    private boolean committed(Progress progress, int partitions) throws Exception {
        String topic = repartitioned() ? application + "-" + BY_NUMBER + "-repartition" : asked.get("topic");
        Map<TopicPartition, OffsetAndMetadata> found =
                admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata().get();
        for (int partition = 0; partition < partitions; partition++) {
            OffsetAndMetadata offset = found.get(new TopicPartition(topic, partition));
            if (progress.last(partition) >= 0 && (offset == null || offset.offset() <= progress.last(partition))) {
                return false;
            }
        }
        return true;
    }

    /** The next run starts on a broker as this one found it. */
    private void removeTopics() throws Exception {
        Set<String> names = admin.listTopics().names().get();
        admin.deleteTopics(names.stream().filter(name -> name.startsWith(application)).toList()).all().get();
    }

    private String report(long events, double seconds, Sums.Total total) throws Exception {
        String memory = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM")).findFirst().orElse("VmHWM: 0 kB").replaceAll("\\D", "");
        return String.format(
                "{\"events\": %d, \"seconds\": %.3f, \"events_per_s\": %.0f, \"counted\": %d, \"duplicates\": %d, \"conflicts\": %d, "
                        + "\"amount\": %d, \"rss_mb\": %d, \"versions\": {\"kafka-streams\": \"%s\", \"java\": \"%s\"}}",
                events, seconds, events / seconds, total.counted(), total.duplicates(), total.conflicts(), total.amount(),
                Long.parseLong(memory) / 1024, AppInfoParser.getVersion(), System.getProperty("java.version"));
    }
}
