package monitoring;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/** Exactly once, two threads, and what Kafka Streams' documentation advises where throughput counts (memory management, RocksDB, EOS). */
final class Tuning {
    private Tuning() {}

    static Properties properties(Map<String, String> asked, String application) {
        Properties values = new Properties();
        values.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        values.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, asked.get("bootstrap"));
        values.put(StreamsConfig.STATE_DIR_CONFIG, asked.get("state"));
        values.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        values.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        values.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1); // one broker
        values.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, asked.getOrDefault("commit-ms", "1000"));
        values.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 256L << 20);
        values.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 20_000);
        values.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
        values.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, Rocks.class);
        values.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        values.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
        values.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 8 << 20);
        values.put(StreamsConfig.consumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG), 1 << 20);
        values.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 100);
        values.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 512 << 10);
        values.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 128L << 20);
        values.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        return values;
    }

    /** One cache for all stores, filters on whole keys, larger write buffers, quick compression. */
    public static final class Rocks implements RocksDBConfigSetter {
        private static final Cache CACHE = new LRUCache(256L << 20);
        private static final BloomFilter FILTER = new BloomFilter(10, false);

        @Override
        public void setConfig(String store, Options options, Map<String, Object> configs) {
            BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
            table.setBlockCache(CACHE);
            table.setFilterPolicy(FILTER);
            table.setBlockSize(16 << 10);
            table.setCacheIndexAndFilterBlocks(true);
            table.setPinTopLevelIndexAndFilter(true);
            options.setTableFormatConfig(table);
            options.setWriteBufferSize(64L << 20);
            options.setMaxWriteBufferNumber(3);
            options.setMemtablePrefixBloomSizeRatio(0.1); // most numbers were never seen: a filter on what is not yet on disk, too
            options.setMemtableWholeKeyFiltering(true);
            options.setCompactionStyle(CompactionStyle.UNIVERSAL);
            options.setCompressionType(CompressionType.LZ4_COMPRESSION);
        }

        @Override
        public void close(String store, Options options) {
            // The cache and the filter are shared by all stores and end with the process.
        }
    }
}
