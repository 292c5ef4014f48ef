public import ArgumentParser
public import Demo

extension DemoOptions.Mode: ExpressibleByArgument {}
extension DemoOptions.Network: ExpressibleByArgument {}
