import CLinuxShims

/// Memory of this process that nothing uses.
public enum SpareMemory {
    /// Gives it back to the system: the allocator keeps what was freed, and after large lists that is most of it
    /// (malloc_trim(3)).
    public static func release() { _ = weft_malloc_trim(0) }
}
