import LinuxSystem

/// The container's network namespace, checked before anything is done in it.
enum PodNamespace {
    /// Opens CNI_NETNS for a command that can't do without it.
    ///
    /// - Throws: code 3 when there is nothing, 8 when it is no network namespace, or the plugin's own (unless
    ///   CNI_NETNS_OVERRIDE allows that).
    static func open(_ invocation: Invocation) throws(CNIError) -> NetworkNamespace {
        guard let namespace = try openIfPresent(invocation) else {
            throw CNIError(
                .unknownContainer,
                "no network namespace at CNI_NETNS \(invocation.networkNamespace)",
                details: "container \(invocation.containerID) has ended, or the path is wrong",
                errno: .noSuchFileOrDirectory
            )
        }
        return namespace
    }

    /// Opens CNI_NETNS for a command to which a namespace that is gone already is as good.
    ///
    /// - Returns: nil when the path is empty or there is nothing any more.
    /// - Throws: code 8 as `open(_:)`.
    static func openIfPresent(_ invocation: Invocation) throws(CNIError) -> NetworkNamespace? {
        guard !invocation.networkNamespace.isEmpty else { return nil }
        do throws(LinuxSystemError) {
            let namespace = try NetworkNamespace.open(path: invocation.networkNamespace)
            if !invocation.allowsOwnNamespace, try namespace.isSame(as: .current()) {
                throw LinuxSystemError(
                    code: .malformed,
                    operation: "",
                    object: "",
                    detail: "plugin's netns and netns from CNI_NETNS should not be the same"
                )
            }
            return namespace
        } catch {
            switch error.errno {
            case .noSuchFileOrDirectory, .notDirectory: return nil
            case nil:
                throw CNIError(
                    .invalidNetworkNamespace,
                    error.detail,
                    details: "CNI_NETNS is \(invocation.networkNamespace)"
                )
            default: throw CNIError(error)
            }
        }
    }
}
