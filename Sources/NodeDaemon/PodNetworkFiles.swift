import LinuxSystem

/// The files by which a CNI plugin learns what this node was given: flannel's subnet.env, and a network list.
///
/// Both are replaced by rename, so whoever reads one sees a whole one. The network list comes last: once a runtime sees
/// it, containers can be started. Both say that weftd wrote them, and only such files are ever removed.
public struct PodNetworkFiles: Hashable, Sendable {
    /// Where flannel and the CNI plugins look for the node's subnet.
    public static let standardSubnetFile = "/run/flannel/subnet.env"
    /// Where container runtimes look for networks.
    public static let standardConfigurationDirectory = "/etc/cni/net.d"
    /// The network list's name; runtimes take the file that sorts first.
    static let listName = "05-weft.conflist"

    /// The subnet file's path; nil when it is not wanted.
    public let subnetFile: String?
    /// The network list's path; nil when it is not wanted.
    public let list: String?

    /// Files at these places.
    ///
    /// - Parameters:
    ///   - subnetFile: the subnet file's path; nil where it is not wanted.
    ///   - configurationDirectory: the folder of the network list, which needs a subnet file; nil where it is not wanted.
    public init(subnetFile: String?, configurationDirectory: String?) {
        self.subnetFile = subnetFile
        list = configurationDirectory.map { "\($0)/\(Self.listName)" }
    }

    /// Whether there is nothing to write.
    var isEmpty: Bool { subnetFile == nil && list == nil }

    /// Brings the files to a state; what is right stays untouched.
    ///
    /// - Returns: the paths that were written.
    /// - Throws: the error of a file that can't be written, with its path.
    func write(_ subnet: NodeSubnet) throws(LinuxSystemError) -> [String] {
        var written: [String] = []
        if let subnetFile, try Self.replace(subnetFile, subnet.fileText) { written.append(subnetFile) }
        if let list, let subnetFile, try Self.replace(list, subnet.listText(subnetFile: subnetFile)) {
            written.append(list)
        }
        return written
    }

    /// Networks that a runtime which takes the file that sorts first finds before ours.
    func rivals() -> [String] {
        guard let list, let names = try? File.entries(ofDirectory: File.parent(of: list)) else { return [] }
        let endings = [".conflist", ".conf", ".json"]
        return names.filter { name in name < Self.listName && endings.contains { name.hasSuffix($0) } }.sorted()
    }

    /// Removes the files, the network list first, if weftd wrote them.
    ///
    /// - Returns: one line for each that was removed.
    /// - Throws: ``PartialCleanup`` with those that could not be removed.
    func remove() throws -> [String] {
        var outcome = PartialCleanup()
        for (path, mark) in [(list, NodeSubnet.listMark), (subnetFile, NodeSubnet.fileMark)] {
            guard let path, let text = try? File.readText(path), text.contains(mark) else { continue }
            do {
                if try File.remove(path) { outcome.removed.append("file \(path)") }
            } catch {
                outcome.failures.append("\(error)")
            }
        }
        guard outcome.failures.isEmpty else { throw outcome }
        return outcome.removed
    }

    private static func replace(_ path: String, _ text: String) throws(LinuxSystemError) -> Bool {
        if let present = try? File.read(path), present.elementsEqual(text.utf8) { return false }
        try File.createDirectories(File.parent(of: path))
        try File.writeAtomically(text.utf8, to: path)
        return true
    }
}
