import NetworkTypes

/// Which containers still run, as far as this host can tell.
struct LiveContainers: Hashable, Sendable {
    /// The addresses that other network namespaces than the host's own have.
    var addresses: Set<IPAddress> = []
    /// The containers that have one of them, or whose namespace is there by a runtime's record.
    var ids: Set<String> = []

    /// Whether a container runs.
    ///
    /// - Parameters:
    ///   - id: its id.
    ///   - isCut: whether that is only the beginning of it, as a comment was too long.
    /// - Returns: true if one of that id does.
    func has(_ id: String, isCut: Bool = false) -> Bool {
        ids.contains(id) || (isCut && !id.isEmpty && ids.contains { $0.hasPrefix(id) })
    }
}
