import JSONTree

/// The part of resolv.conf(5) that a result has room for.
enum ResolvConf {
    /// Reads a file's text into a result's `dns`.
    static func dns(_ text: String) -> JSONObject {
        var nameservers: [String] = []
        var search: [String] = []
        var options: [String] = []
        var domain: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let keyword = words.first, words.count > 1 else { continue }
            switch keyword {
            case "nameserver": nameservers.append(words[1])
            case "domain": domain = words[1]
            case "search": search += words.dropFirst()
            case "options": options += words.dropFirst()
            default: continue
            }
        }
        var dns = JSONObject()
        if !nameservers.isEmpty { dns["nameservers"] = JSONValue(nameservers) }
        if let domain { dns["domain"] = .string(domain) }
        if !search.isEmpty { dns["search"] = JSONValue(search) }
        if !options.isEmpty { dns["options"] = JSONValue(options) }
        return dns
    }
}
