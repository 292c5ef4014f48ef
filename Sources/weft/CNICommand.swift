import ArgumentParser
import JSONTree
import PodNetworkMigration

struct CNICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cni",
        abstract: "The host's container network.",
        subcommands: [MigrateCommand.self]
    )
}

struct MigrateCommand: ParsableCommand {
    enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Finds and removes what the reference CNI plugins and flannel left on this host.",
        discussion: """
            Chains (CNI-*, CNI-HOSTPORT-*, CNI-FORWARD, FLANNEL-*) and nftables tables (cni_hostport, \
            cni_plugins_masquerade, flannel-ipv4, flannel-ipv6) whose containers are gone, and host-local's \
            reservations of such containers. A container is there as long as a network namespace of this machine has \
            its address, or the runtime's record names a namespace that is there. What running containers need stays, \
            so it may be run again when they have been replaced. Nothing of anybody else is touched.
            """
    )

    @Flag(help: "Only show what would be removed.") var dryRun = false
    @Option(name: .shortAndLong, help: "The result as a table or as json.") var output = Output.table
    @Option(help: "host-local's data directory.") var dataDir = Migration().dataDirectory
    @Option(help: "The directory with libcni's results and flannel's configurations.")
    var stateDir = Migration().stateDirectory
    @Option(help: "Files that changed within so many seconds are left alone.") var grace = Migration().grace

    func run() throws {
        var migration = Migration()
        (migration.dataDirectory, migration.stateDirectory) = (dataDir, stateDir)
        (migration.grace, migration.isDryRun) = (grace, dryRun)
        let report = try migration.run()
        print(output == .json ? "\(report.json)" : report.table)
        if report.hasFailures { throw ExitCode.failure }
    }
}
