package io.darkroom.router.streams;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/**
 * Memory for each store: RocksDB's defaults (three write buffers of 16 MiB, 50 MiB of cache) are
 * meant for few.
 */
public final class SmallStores implements RocksDBConfigSetter {
    private static final long CACHE_BYTES = 4L << 20;
    private static final long WRITE_BUFFER_BYTES = 4L << 20;

    private final Map<String, Cache> caches = new ConcurrentHashMap<>();

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        Cache cache = new LRUCache(CACHE_BYTES);
        caches.put(storeName, cache);
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(cache);
        options.setTableFormatConfig(table);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String storeName, Options options) {
        Cache cache = caches.remove(storeName);
        if (cache != null) {
            cache.close();
        }
    }
}
