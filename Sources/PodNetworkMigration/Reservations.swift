import Glibc
import JSONTree
import LinuxSystem
import NetworkTypes

/// An address that host-local gave away.
struct Reservation: Hashable, Sendable {
    let path: String
    let address: IPAddress
    /// Empty in a file that a crash left.
    let containerID: String
    /// Whether it is so new that its container may not have the address yet.
    let isNew: Bool
}

/// What plugins and runtimes keep in files about containers.
struct ContainerFiles {
    /// host-local's data directory.
    let dataDirectory: String
    /// The directory with libcni's results and flannel's configurations.
    let stateDirectory: String
    /// Files that changed within so many seconds belong to a call that may still be under way.
    let grace: Int

    /// All reservations of all networks.
    ///
    /// - Throws: when a directory that is there can't be read.
    func reservations() throws(LinuxSystemError) -> [Reservation] {
        var reservations: [Reservation] = []
        for network in try entries(dataDirectory) where !network.hasPrefix(".") {
            let directory = "\(dataDirectory)/\(network)"
            for name in try entries(directory) {
                guard let address = IPAddress(name), let text = try? File.readText("\(directory)/\(name)") else {
                    continue
                }
                // The id, CR LF, the interface; bytes, as Swift takes CR LF for one character.
                let id = text.utf8.prefix { $0 > 0x20 }
                reservations.append(
                    Reservation(
                        path: "\(directory)/\(name)",
                        address: address,
                        containerID: String(decoding: id, as: UTF8.self),
                        isNew: isNew("\(directory)/\(name)")
                    )
                )
            }
        }
        return reservations
    }

    /// The containers that libcni has a result of and whose namespace is still there.
    ///
    /// - Throws: when the directory is there and can't be read.
    func recordedContainers() throws(LinuxSystemError) -> Set<String> {
        var ids: Set<String> = []
        for name in try entries("\(stateDirectory)/results") {
            guard let bytes = try? File.read("\(stateDirectory)/results/\(name)"),
                let record = try? JSONValue(parsing: bytes), let id = record["containerId"]?.stringValue
            else { continue }
            // Records of before CNI 0.8 name no namespace: nobody can tell, so the container counts as there.
            if let path = record["netns"]?.stringValue, !path.isEmpty, !File.exists(path) { continue }
            ids.insert(id)
        }
        return ids
    }

    /// The configurations that flannel's plugin keeps, by container.
    ///
    /// - Throws: when the directory is there and can't be read.
    func flannelFiles() throws(LinuxSystemError) -> [(path: String, containerID: String, isNew: Bool)] {
        try entries("\(stateDirectory)/flannel").map { name in
            let path = "\(stateDirectory)/flannel/\(name)"
            return (path, name, isNew(path))
        }
    }

    private func entries(_ directory: String) throws(LinuxSystemError) -> [String] {
        do {
            return try File.entries(ofDirectory: directory)
        } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
            return []
        } catch {
            throw error
        }
    }

    private func isNew(_ path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return true }
        return time(nil) - status.st_mtim.tv_sec < grace
    }
}
