import LinuxSystem

/// Programs that run on this host.
enum RunningPrograms {
    /// The first process of a name of at most 15 bytes (/proc/PID/comm); nil when there is none.
    static func pid(of name: String) -> Int? {
        let processes = (try? File.entries(ofDirectory: "/proc")) ?? []
        return processes.lazy.compactMap { Int($0) }.first { pid in
            (try? File.readText("/proc/\(pid)/comm"))?.split(separator: "\n").first.map(String.init) == name
        }
    }
}

/// iptables-legacy, whose tables are not nf_tables'.
enum LegacyTables {
    /// A line for each family that has tables in this network namespace.
    static func notes() -> [String] {
        [("ip", "iptables"), ("ip6", "ip6tables")].compactMap { prefix, tool in
            let path = "/proc/thread-self/net/\(prefix)_tables_names"
            guard let names = try? File.readText(path).split(separator: "\n"), !names.isEmpty else { return nil }
            return "\(tool)-legacy has tables (\(names.joined(separator: ", "))), which are not looked at: see what"
                + " `\(tool)-legacy-save | grep -e CNI -e FLANNEL` says"
        }
    }
}
