import ClusterTesting
import JSONTree
import LinuxSystem
import LinuxSystemTesting
import Testing

/// `weft cni migrate` as an operator types it.
@Suite(.serialized)
struct MigrateCommandTests {
    private func migrate(_ host: TestNamespace, _ directory: String, _ options: String...) throws -> String {
        let command = ProcessCommand(
            try Programs.besideThisOne().weft,
            ["cni", "migrate", "--data-dir", "\(directory)/networks", "--state-dir", directory, "--grace", "0"]
                + options,
            networkNamespace: host.namespace
        )
        return try ChildProcess.runSuccessfully(command, until: .after(.seconds(30))).text
    }

    @Test func itShowsFirstThenRemovesAndThenHasNothingToDo() throws {
        let directory = try File.createTemporaryDirectory(prefix: "weft-migrate")
        defer { try? File.removeTree(directory) }
        try withTestNamespaces(1, "migrate") { namespaces in
            let (host, chain) = (namespaces[0], "CNI-0123456789abcdef01234567")
            try host.witness("iptables", "-t", "nat", "-N", chain)
            try host.witness("iptables", "-t", "nat", "-A", "POSTROUTING", "-s", "10.233.0.7", "-j", chain)
            let reservation = "\(directory)/networks/net/10.233.0.8"
            try File.createDirectories(File.parent(of: reservation))
            try File.write("gone\r\neth0".utf8, to: reservation)
            let shown = try migrate(host, directory, "--dry-run")
            #expect(shown.contains("ip nat \(chain)") && shown.contains(reservation))
            #expect(shown.hasSuffix("2 leftover\n"))
            let document = try JSONValue(parsing: migrate(host, directory, "--dry-run", "-o", "json"))
            let states = document["findings"]?.arrayValue?.compactMap { $0["state"]?.stringValue }
            #expect(states == ["leftover", "leftover"])
            #expect(File.exists(reservation))
            #expect(try migrate(host, directory).hasSuffix("2 removed\n"))
            #expect(!File.exists(reservation))
            #expect(try !host.witness("iptables-save").contains("CNI"))
            #expect(
                try migrate(host, directory) == "nothing of the reference plugins or of flannel is here\n"
            )
        }
    }
}
