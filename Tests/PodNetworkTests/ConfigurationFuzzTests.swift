import Glibc
import JSONTree
import Testing

@testable import PodNetwork

/// Mutated configurations through all that reads standard input: each ends in an answer, none in a trap.
///
/// The mutations follow from the seed. `WEFT_FUZZ_INPUTS` is how many there are (`make fuzz-cni`: a million).
struct ConfigurationFuzzTests {
    private static let seed: UInt64 = 0x5745_4654

    private static let count: Int = {
        guard let text = unsafe getenv("WEFT_FUZZ_INPUTS") else { return 3000 }
        return Int(unsafe String(cString: text)) ?? 3000
    }()

    private static let samples: [[UInt8]] = [
        #"""
        {"cniVersion":"1.1.0","name":"n","type":"weft-cni","mtu":1400,"vlan":7,"vlanTrunk":[{"minID":1,"maxID":9}],
        "ipMasq":true,"hairpinMode":true,"ipam":{"type":"host-local","ranges":[[{"subnet":"fd00::/126"}]],
        "routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1","mtu":9,"table":4294967295,"scope":255}]},
        "runtimeConfig":{"ips":["10.1.0.2/30"],"mac":"02:00:00:00:00:01","bandwidth":{"ingressRate":8,"ingressBurst":8},
        "portMappings":[{"hostPort":80,"containerPort":1,"protocol":"udp","hostIP":"::"}]},
        "tuning":{"sysctl":{"net.ipv4.conf.IFNAME.arp_notify":"1"},"mtu":1400}}
        """#,
        #"""
        {"cniVersion":"0.4.0","name":"n","type":"macvlan","master":"eth0","mode":"passthru","ipam":{"type":"dhcp"},
        "prevResult":{"cniVersion":"0.4.0","interfaces":[{"name":"e","mac":"02:00:00:00:00:01","sandbox":"/x"}],
        "ips":[{"version":"4","address":"10.1.0.2/30","interface":0}],"routes":[{"dst":"::/0"}],"dns":{}}}
        """#,
        #"""
        {"cniVersion":"0.2.0","name":"n","type":"flannel","delegate":{"isDefaultGateway":true,"type":"bridge"},
        "prevResult":{"ip4":{"ip":"10.1.0.2/30","gateway":"10.1.0.1","routes":[{"dst":"0.0.0.0/0"}]}}}
        """#,
        #"""
        {"cniVersion":"1.0.0","name":"n","type":"portmap","snat":false,"markMasqBit":3,"prevResult":{"ips":[]},
        "runtimeConfig":{"portMappings":[{"hostPort":65535,"containerPort":65535,"hostIP":"1.2.3.4"}]}}
        """#,
    ].map { Array($0.utf8) }

    /// What stands in the place of a value.
    private static let tokens = [
        "null", "-1", "0", "18446744073709551616", "1e999", "[]", "{}", "[[]]", "\"\"", "\"\\u0000\"", "true",
        "\"0.0.0.0/0\"", "\"::/0\"", "\"255.255.255.255/32\"", "\"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/1\"",
        "9223372036854775807", "-9223372036854775808", "4294967296", "65536", "\"host-local\"", "\"tuning\"",
        "\"bandwidth\"", "\"loopback\"", "\"\\ud800\"", "1.0", "\"../..\"",
    ].map { Array($0.utf8) }

    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }

    private static func mutated(_ generator: inout Generator) -> [UInt8] {
        var bytes = samples[Int.random(in: 0..<samples.count, using: &generator)]
        for _ in 0...Int.random(in: 0...3, using: &generator) {
            let place = Int.random(in: 0..<max(bytes.count, 1), using: &generator)
            guard place < bytes.count else { break }
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 60)], at: place)
            default: replaceValue(after: place, in: &bytes, &generator)
            }
        }
        return bytes
    }

    /// Puts a token in the place of what stands behind the next colon.
    private static func replaceValue(after place: Int, in bytes: inout [UInt8], _ generator: inout Generator) {
        guard let colon = bytes[place...].firstIndex(of: UInt8(ascii: ":")) else { return }
        let isEnd = { (byte: UInt8) in byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") }
        let end = bytes[(colon + 1)...].firstIndex(where: isEnd) ?? bytes.endIndex
        let token = tokens[Int.random(in: 0..<tokens.count, using: &generator)]
        bytes.replaceSubrange((colon + 1)..<end, with: token)
    }

    /// A namespace that is not there: what is read is read, and nothing is done.
    private static func environment(_ command: String) -> [String: String] {
        [
            "CNI_COMMAND": command, "CNI_CONTAINERID": "c", "CNI_NETNS": "/nowhere/netns", "CNI_IFNAME": "eth0",
            "CNI_PATH": "/nowhere",
        ]
    }

    @Test func everyInputEndsInAnAnswer() throws {
        var generator = Generator(state: Self.seed)
        var codes: [Int: Int] = [:]
        for _ in 0..<Self.count {
            let input = Self.mutated(&generator)
            // It needs no namespace: it would reserve addresses of this machine.
            if (try? NetworkConfiguration(parsing: input))?.type == "host-local" { continue }
            for command in ["ADD", "CHECK", "VERSION"] {
                let outcome = CNIPlugin.run(environment: Self.environment(command)) { input }
                guard outcome.exitCode != 0 else { continue }
                let code = try #require(outcome.document?["code"]?.intValue)
                #expect(outcome.document?["msg"]?.stringValue?.isEmpty == false)
                codes[code, default: 0] += 1
            }
        }
        // The mutations reach behind the parser: a namespace was looked for, keys were refused.
        for code in [1, 2, 3, 6, 7] { #expect(codes[code, default: 0] > 0, "\(codes)") }
        #expect(codes.keys.allSatisfy { [1, 2, 3, 4, 6, 7, 11].contains($0) }, "\(codes)")
    }
}
