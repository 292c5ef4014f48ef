import LinuxSystem
import Netlink
import NetworkTypes
import RouteNetlink

/// Looks into all network namespaces of this machine: those of processes, and those that are mounted somewhere.
enum NamespaceScan {
    /// The addresses that they have, without the calling thread's own namespace, loopback and link-local ones.
    ///
    /// A namespace that goes away meanwhile has none.
    ///
    /// - Throws: when /proc can't be read, or a namespace not be entered.
    static func addresses() throws -> Set<IPAddress> {
        var seen: Set<FileIdentity> = [try NetworkNamespace.current().identity()]
        var found: Set<IPAddress> = []
        for path in try paths() {
            guard let namespace = try? NetworkNamespace.open(path: path), seen.insert(try namespace.identity()).inserted
            else { continue }
            var connection = try RouteConnection.open(in: namespace)
            for address in try connection.addresses().map(\.prefix.address)
            where !address.isLoopback && !address.isLinkLocal {
                found.insert(address)
            }
        }
        return found
    }

    /// One path for each namespace, as the links of /proc tell them apart; what can't be read is gone.
    private static func paths() throws(LinuxSystemError) -> [String] {
        var byName: [String: String] = [:]
        for process in try File.entries(ofDirectory: "/proc").compactMap({ Int($0) }) {
            let path = "/proc/\(process)/ns/net"
            if let name = try? File.linkTarget(path), byName[name] == nil { byName[name] = path }
        }
        return byName.values + mounted(try File.readText("/proc/self/mountinfo"))
    }

    /// The mount points of the file system nsfs, as `ip netns` and container runtimes make them (proc_pid_mountinfo(5)).
    static func mounted(_ mountinfo: String) -> [String] {
        mountinfo.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, fields[dash + 1] == "nsfs",
                fields.count > 4, fields[3].hasPrefix("net:")
            else { return nil }
            return String(fields[4])
        }
    }
}
