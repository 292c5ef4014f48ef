import ArgumentParser
import CommandLineEntry

@main
struct Weft: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weft",
        abstract: "The operator's command line of Weft, a dataplane networking toolkit for Linux nodes.",
        subcommands: [DemoCommand.self, ExplainCommand.self, CNICommand.self, NameServerCommand.self]
    )

    static func main() async { await runToTheEnd() }
}
